"use client";

import { useEffect } from "react";

/** While something is unsaved: the browser asks before the window closes, and going back asks `onLeave` first. */
export function useLeaveGuard(hasUnsaved: boolean, onLeave: () => void): void {
  useEffect(() => {
    if (!hasUnsaved) return;
    const here = window.location.href;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    /** Before the page hears of it, which would go there. */
    const stay = (event: PopStateEvent) => {
      event.stopImmediatePropagation();
      window.history.pushState(null, "", here);
      onLeave();
    };
    window.addEventListener("beforeunload", warn);
    window.addEventListener("popstate", stay, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", warn);
      window.removeEventListener("popstate", stay, { capture: true });
    };
  }, [hasUnsaved, onLeave]);
}
