"use client";

import { useSyncExternalStore } from "react";

/** How a folder is shown: a line for each thing, or tiles with small pictures. Remembered in this browser. */
export type Layout = "list" | "tiles";

const KEY = "files-layout";
const listeners = new Set<() => void>();
/** Where a browser keeps nothing, it is remembered as long as the page is. */
let chosen: Layout | null = null;

function read(): Layout {
  try {
    chosen ??= localStorage.getItem(KEY) === "tiles" ? "tiles" : "list";
  } catch {
    chosen ??= "list";
  }
  return chosen;
}

export function setLayout(layout: Layout): void {
  chosen = layout;
  try {
    localStorage.setItem(KEY, layout);
  } catch {}
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, read, () => "list");
}
