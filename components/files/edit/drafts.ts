import type { EditedText } from "@/components/files/edit/edited-text";

/** What was written and neither saved nor discarded when its editor was left, by going back above all. */
export type Draft = {
  text: string;
  /** The file as it was last read or written then: whoever saved it since is met. */
  known: EditedText;
  isMarkdown: boolean;
};

const drafts = new Map<string, Draft>();

/** Asks before the window closes over them. */
const warn = (event: BeforeUnloadEvent) => event.preventDefault();

export const draftOf = (path: string): Draft | undefined => drafts.get(path);

export function keepDraft(path: string, draft: Draft): void {
  drafts.set(path, draft);
  window.addEventListener("beforeunload", warn);
}

export function dropDraft(path: string): void {
  drafts.delete(path);
  if (drafts.size === 0) window.removeEventListener("beforeunload", warn);
}
