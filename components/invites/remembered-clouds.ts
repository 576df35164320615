"use client";

import { useMemo, useSyncExternalStore } from "react";

const REMEMBERED = "tessera.my-clouds";
const MOST = 5;
const never = () => () => {};

/** The clouds that were chosen in this browser, the last one first. */
export function useRememberedClouds(): string[] {
  const text = useSyncExternalStore(never, read, () => "");
  return useMemo(() => parse(text), [text]);
}

export function rememberCloud(provider: string): void {
  const others = parse(read()).filter((cloud) => cloud !== provider);
  try {
    localStorage.setItem(REMEMBERED, [provider, ...others].slice(0, MOST).join(" "));
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

function read(): string {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

const parse = (text: string) => text.split(" ").filter(Boolean);
