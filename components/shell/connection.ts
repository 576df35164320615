"use client";

import { useSyncExternalStore } from "react";

/** Whether this cloud answers: the live stream knows first. A stream that is opened again at once has lost nothing. */
const PATIENCE = 4000;
let isStreamUp = true;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function streamOpened(): void {
  clearTimeout(timer);
  timer = undefined;
  change(true);
}

export function streamBroke(): void {
  timer ??= setTimeout(() => change(false), PATIENCE);
}

export const isConnected = () => isStreamUp && navigator.onLine;

export function useIsConnected(): boolean {
  return useSyncExternalStore(subscribe, isConnected, () => true);
}

function change(isUp: boolean): void {
  isStreamUp = isUp;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
