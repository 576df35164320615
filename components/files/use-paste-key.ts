"use client";

import { useEffect, useRef } from "react";
import { isTyping } from "@/components/shell/use-shortcuts";

/** Ctrl/⌘ V anywhere on the page, also in a folder that has no list yet; not in a text, nor behind a dialog. */
export function usePasteKey(paste: (() => void) | null): void {
  const latest = useRef(paste);
  useEffect(() => {
    latest.current = paste;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      const isPaste = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "v";
      if (!isPaste || !latest.current || isTyping(event.target) || document.querySelector("[role=dialog]")) return;
      event.preventDefault();
      latest.current();
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
