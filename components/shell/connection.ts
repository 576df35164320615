"use client";

import { useSyncExternalStore } from "react";

/** Whether this cloud answers: the live stream knows first. */
let isStreamUp = true;
const listeners = new Set<() => void>();

export function setStreamUp(isUp: boolean): void {
  isStreamUp = isUp;
  for (const listener of listeners) listener();
}

export const isConnected = () => isStreamUp && navigator.onLine;

export function useIsConnected(): boolean {
  return useSyncExternalStore(subscribe, isConnected, () => true);
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
