"use client";

import type { EditorView } from "@codemirror/view";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type Draft, keepDraft } from "@/components/files/edit/drafts";
import {
  type EditedText,
  isChangedMeanwhile,
  readTheirs,
  type SaveOver,
  saveText,
  type Theirs,
} from "@/components/files/edit/edited-text";
import { useKeepDraft } from "@/components/files/edit/use-keep-draft";
import { isGone } from "@/components/files/gone";
import { joinPath, nameOf, parentOf } from "@/components/files/paths";
import { refreshFolders } from "@/components/files/queries";
import { toast } from "@/components/ui/toast";
import type { EntryView } from "@/lib/files/schema";

/** What somebody else made of the file meanwhile (null: it is gone), and what one had written then. */
export type Clash = { theirs: Theirs | null; mine: string; isFolderGone: boolean };
/** What was stored, and the text as it was sent: more may have been written meanwhile. */
type Saved = { entry: EntryView; saved: EditedText };
type SavingOptions = {
  path: string;
  isMarkdown: boolean;
  opened: EditedText;
  /** What was written the last time and not saved. */
  draft: Draft | undefined;
  /** Where the copy is. */
  onCopied: (path: string) => void;
};

/** Everything about keeping what is written: whether there is something to keep, and what stands in the way. */
export function useSaving({ path, isMarkdown, opened, draft, onCopied }: SavingOptions) {
  const client = useQueryClient();
  const view = useRef<EditorView>(null);
  // Of the file as it was last read or written: over nothing else is saved without a question.
  const known = useRef(draft?.known ?? opened);
  /** What may have been stored although the answer did not come: it is nobody else's. */
  const unsure = useRef<string>(null);
  const isDiscarded = useRef(false);
  const [isDirty, setDirty] = useState(draft !== undefined);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error | null>(null);
  const [clash, setClash] = useState<Clash | null>(null);

  const textNow = () =>
    view.current?.state.doc.toString().replaceAll("\n", known.current.lineEnd) ?? draft?.text ?? known.current.text;
  useKeepDraft(path, isDirty, () => {
    const text = textNow();
    return isDiscarded.current || text === known.current.text ? null : { text, known: known.current, isMarkdown };
  });
  const look = () => setDirty(textNow() !== known.current.text);

  /** Null: it was not saved, and why is on the screen. */
  async function put(over: SaveOver, to = path): Promise<Saved | null> {
    if (isBusy) return null;
    setBusy(true);
    setFailure(null);
    try {
      return await store(over, to);
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error("It could not be saved."));
      return null;
    } finally {
      setBusy(false);
      look();
    }
  }

  async function store(over: SaveOver, to: string, isSecond = false): Promise<Saved | null> {
    const text = textNow();
    try {
      const entry = await saveText(to, { text, hasMark: known.current.hasMark }, over);
      const saved = { ...known.current, text, etag: entry.etag };
      if (over !== "keep-both") known.current = saved;
      setClash(null);
      await refreshFolders(client);
      return { entry, saved };
    } catch (error) {
      if (!isChangedMeanwhile(error)) {
        unsure.current = text;
        throw error;
      }
      // Where there is nothing to put it into, it cannot be put there anew.
      if (over === "nothing" && isGone(error)) setClash({ theirs: null, mine: text, isFolderGone: true });
      else if (await isToBeSavedAgain(text, isSecond || typeof over === "string"))
        return store({ etag: known.current.etag }, path, true);
      return null;
    }
  }

  /** Looks at what is there now, and shows it if somebody wrote something else than one knows of. */
  async function isToBeSavedAgain(mine: string, isSecond: boolean): Promise<boolean> {
    const theirs = await readTheirs(path);
    const text = theirs?.text?.text;
    const isNothingNew = !isSecond && (text === known.current.text || text === unsure.current);
    if (theirs?.text && (isNothingNew || text === mine)) {
      known.current = theirs.text;
      setClash(null);
    } else setClash({ theirs, mine, isFolderGone: false });
    return isNothingNew && text !== mine;
  }

  function leaveFor(copy: string, saved: EditedText): void {
    const text = textNow();
    if (text !== saved.text) keepDraft(copy, { text, known: saved, isMarkdown });
    isDiscarded.current = true;
    const place =
      parentOf(copy) === parentOf(path) ? `, beside “${nameOf(path)}”` : ` in ${nameOf(parentOf(copy)) || "Files"}`;
    toast(`What you wrote is saved as “${nameOf(copy)}”${place}.`);
    onCopied(copy);
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
    async keepCopy(folder = parentOf(path)) {
      const stored = await put("keep-both", joinPath(folder, nameOf(path)));
      if (!stored) return;
      const { entry, saved } = stored;
      const copy = joinPath(folder, entry.name);
      if (copy === path)
        known.current = saved; // theirs went meanwhile
      else leaveFor(copy, saved);
      look();
    },
    /** What one had written can be had back by undoing. */
    takeTheirs() {
      const theirs = clash?.theirs?.text;
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
