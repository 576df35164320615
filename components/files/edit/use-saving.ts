"use client";

import type { EditorView } from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError } from "@/components/api";
import type { Draft } from "@/components/files/edit/drafts";
import {
  type EditedText,
  isChangedMeanwhile,
  readText,
  type SaveOver,
  saveText,
} from "@/components/files/edit/edited-text";
import { useKeepDraft } from "@/components/files/edit/use-keep-draft";
import { nameOf } from "@/components/files/paths";
import { refreshFolders } from "@/components/files/queries";
import { toast } from "@/components/ui/toast";
import type { EntryView } from "@/lib/files/schema";

/** What somebody else made of the file meanwhile (null: it is gone), and what one had written then. */
export type Clash = { theirs: EditedText | null; mine: string };
type SavingOptions = {
  path: string;
  opened: EditedText;
  /** What was written the last time and not saved. */
  draft: Draft | undefined;
  onCopied: (copy: EntryView) => void;
};

/** Everything about keeping what is written: whether there is something to keep, and what stands in the way. */
export function useSaving({ path, opened, draft, onCopied }: SavingOptions) {
  const client = useQueryClient();
  const view = useRef<EditorView>(null);
  // Of the file as it was last read or written: over nothing else is saved without a question.
  const known = useRef(draft?.known ?? opened);
  const isDiscarded = useRef(false);
  const [isDirty, setDirty] = useState(draft !== undefined);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const [clash, setClash] = useState<Clash | null>(null);

  const textNow = () =>
    view.current?.state.doc.toString().replaceAll("\n", known.current.lineEnd) ?? draft?.text ?? known.current.text;
  useKeepDraft(path, isDirty, () => {
    const text = textNow();
    return isDiscarded.current || text === known.current.text ? null : { text, known: known.current };
  });
  const look = () => setDirty(textNow() !== known.current.text);

  /** Null: it was not saved, and why is on the screen. */
  async function put(over: SaveOver): Promise<EntryView | null> {
    if (isBusy) return null;
    const text = textNow();
    setBusy(true);
    setFailure(null);
    try {
      const entry = await saveText(path, { text, hasMark: known.current.hasMark }, over);
      if (over !== "keep-both") known.current = { ...known.current, text, etag: entry.etag };
      setClash(null);
      await refreshFolders(client);
      return entry;
    } catch (error) {
      if (isChangedMeanwhile(error)) await meet(text).catch(setFailure);
      else setFailure(error instanceof Error ? error : new Error("It could not be saved."));
      return null;
    } finally {
      setBusy(false);
      look();
    }
  }

  async function meet(mine: string): Promise<void> {
    const theirs = await readText(path).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    });
    // Both wrote the same: there is nothing to ask.
    if (theirs?.text === mine) known.current = theirs;
    else setClash({ theirs, mine });
  }

  return {
    isDirty,
    isBusy,
    failure,
    clash,
    onReady: (ready: EditorView) => {
      view.current = ready;
      ready.focus();
    },
    onChange: look,
    save: () => put({ etag: known.current.etag }),
    /** Over what somebody else made of it, as far as one has seen that; where it is gone, anew. */
    insist: () => put(clash?.theirs ? { etag: clash.theirs.etag } : "nothing"),
    async keepCopy() {
      const copy = await put("keep-both");
      if (!copy) return;
      known.current = { ...known.current, text: textNow() };
      look();
      toast(`What you wrote is saved as “${copy.name}”, beside “${nameOf(path)}”.`);
      onCopied(copy);
    },
    /** What one had written can be had back by undoing. */
    takeTheirs() {
      const theirs = clash?.theirs;
      if (!theirs || !view.current) return;
      known.current = theirs;
      view.current.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: theirs.text } });
      setClash(null);
      look();
    },
    discard() {
      isDiscarded.current = true;
    },
    putOff: () => setClash(null),
  };
}
