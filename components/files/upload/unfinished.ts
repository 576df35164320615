import type { Unfinished } from "@/components/files/upload/kept-uploads";

/** Uploads that were interrupted with the page they were begun on, and wait for their files. */
let unfinished: readonly Unfinished[] = [];
const listeners = new Set<() => void>();

export const shownUnfinished = () => unfinished;
export const noUnfinished: readonly Unfinished[] = [];

export function subscribeUnfinished(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Looks once for what a person left at this browser. */
export async function loadUnfinished(userId: string): Promise<void> {
  const { findUnfinished, setUploader } = await import("@/components/files/upload/kept-uploads");
  setUploader(userId);
  show(await findUnfinished());
}

/** It goes on, or never will. */
export function removeUnfinished(key: string): void {
  show(unfinished.filter((one) => one.key !== key));
}

/** They are offered again with the next page that is loaded. */
export function dismissUnfinished(): void {
  show([]);
}

function show(next: readonly Unfinished[]): void {
  unfinished = next;
  for (const listener of listeners) listener();
}
