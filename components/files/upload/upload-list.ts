import type { Upload } from "@/components/files/upload/upload";

/** The uploads of this window. They outlive the page that they were begun on. */
let uploads: readonly Upload[] = [];
/** What is shown of them: thousands of small files change more often than anybody can look. */
let shown: readonly Upload[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

const SHOW_EVERY = 100;

export const currentUploads = () => uploads;
export const shownUploads = () => shown;
export const noUploads: readonly Upload[] = [];

export function subscribeUploads(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The first change is shown at once, those that follow closely together. */
export function changeUploads(next: readonly Upload[]): void {
  uploads = next;
  if (timer !== undefined) return;
  show();
  timer = setTimeout(() => {
    timer = undefined;
    if (shown !== uploads) changeUploads(uploads);
  }, SHOW_EVERY);
}

function show(): void {
  shown = uploads;
  for (const listener of listeners) listener();
}
