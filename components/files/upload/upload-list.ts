import type { Upload } from "@/components/files/upload/upload";

/** The uploads of this window. They outlive the page that they were begun on. */
let uploads: readonly Upload[] = [];
const listeners = new Set<() => void>();

export const currentUploads = () => uploads;
export const noUploads: readonly Upload[] = [];

export function subscribeUploads(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changeUploads(next: readonly Upload[]): void {
  uploads = next;
  for (const listener of listeners) listener();
}
