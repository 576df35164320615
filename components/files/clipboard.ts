"use client";

import { useSyncExternalStore } from "react";
import type { Verb } from "@/components/files/transfer/transfer-one";

/** What was cut (to be moved) or copied, as paths; it waits for a folder to be pasted into. */
export type Clipboard = { verb: Verb; paths: readonly string[] } | null;

let clipboard: Clipboard = null;
const listeners = new Set<() => void>();

export function setClipboard(next: Clipboard): void {
  clipboard = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useClipboard(): Clipboard {
  return useSyncExternalStore(
    subscribe,
    () => clipboard,
    () => null,
  );
}
