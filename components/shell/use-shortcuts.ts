"use client";

import { useEffect } from "react";

export type Overlay = "palette" | "shortcuts" | "drawer" | null;

/** The keys that work everywhere: Ctrl/⌘ K and `?`. */
export function useShortcuts(open: (overlay: Overlay) => void): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open("palette");
      } else if (event.key === "?" && !isTyping(event.target)) {
        event.preventDefault();
        open("shortcuts");
      }
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [open]);
}

/** Whether a key press is meant for a text that is being written. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
