"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

export type Overlay = "palette" | "shortcuts" | "drawer" | null;

/** The keys that work everywhere: Ctrl/⌘ K, `?` and `/`. */
export function useShortcuts(open: (overlay: Overlay) => void): void {
  const router = useRouter();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (document.querySelector("[data-keeps-keys]")) return; // what is open would be lost
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
      } else if (event.key === "?" && !isTyping(event.target)) {
        event.preventDefault();
        open("shortcuts");
      } else if (event.key === "/" && !isTyping(event.target) && !document.querySelector("[role=dialog]")) {
        event.preventDefault();
        if (!focusSearch()) router.push("/search");
      }
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [open, router]);
}

/** Whether there is a box for it on the page. */
function focusSearch(): boolean {
  const boxes = document.querySelectorAll<HTMLInputElement>("[data-search-files]");
  const shown = [...boxes].find((box) => box.checkVisibility());
  shown?.focus();
  return shown !== undefined;
}

/** Whether a key press is meant for a text that is being written. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
