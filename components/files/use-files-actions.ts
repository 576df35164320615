"use client";

import { useState } from "react";
import { setClipboard, useClipboard } from "@/components/files/clipboard";
import { failureOf, type Outcome } from "@/components/files/do-each";
import { downloadFile, downloadZip } from "@/components/files/download-file";
import { useSetFavourite } from "@/components/files/found/queries";
import { useKeepHere } from "@/components/files/offline/queries";
import { joinPath } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { useRemoveEntries, useRestore } from "@/components/files/queries";
import type { Verb } from "@/components/files/transfer/transfer-one";
import { useTransfer } from "@/components/files/transfer/use-transfer";
import { usePlace } from "@/components/files/use-place";
import { wordsFor } from "@/components/files/words-for";
import { toast } from "@/components/ui/toast";
import type { DriveEntryView, SourceView } from "@/lib/drive/schema";
import type { EntryView, TrashedView } from "@/lib/files/schema";

export type FilesDialog =
  | { kind: "new-folder" }
  | { kind: "new-text" }
  | { kind: "share"; entry: EntryView }
  | { kind: "reshare"; name: string; source: SourceView }
  | { kind: "details"; entry: DriveEntryView }
  | { kind: "move" | "copy"; entries: EntryView[] }
  | { kind: "leave"; receivedShareId: string; name: string; senderName: string }
  | { kind: "remove"; entries: EntryView[] }
  | null;

export type FilesActions = ReturnType<typeof useFilesActions>;

type Here = { path: string; from: SourceView | null; canWrite: boolean };

/** What can be done with the things in a folder, and which dialog is open for it. */
export function useFilesActions({ path, from, canWrite }: Here) {
  const [dialog, show] = useState<FilesDialog>(null);
  const { mutateAsync: remove } = useRemoveEntries(path);
  const { mutateAsync: restore } = useRestore();
  const { mutateAsync: setFavourite } = useSetFavourite();
  const { mutateAsync: keepHere } = useKeepHere();
  const { editFile } = usePlace();
  const clipboard = useClipboard();
  const transfer = useTransfer();

  /** What went to the trash, with the way back; and why the rest did not. */
  function tellRemoved(outcome: Outcome<EntryView, TrashedView | null>) {
    const failure = failureOf(outcome, "deleted");
    if (failure) toast.error(failure);
    if (outcome.done.length === 0) return;
    const what = wordsFor(outcome.done.map(({ thing }) => thing));
    const ids = outcome.done.flatMap(({ answer }) => answer?.id ?? []);
    const undo = () => void restore(ids).catch(toast.failed);
    if (ids.length === 0) toast(`${what} deleted.`);
    else toast(`${what} moved to the trash.`, { action: { label: "Undo", onClick: undo } });
  }

  // Told by promises, which are kept when the person has gone to another page meanwhile.
  const removeNow = (entries: EntryView[]) =>
    void patiently(`Deleting ${wordsFor(entries)}…`, (signal) => remove({ entries, signal })).then(
      tellRemoved,
      toast.failed,
    );

  return {
    dialog,
    show,
    close: () => show(null),
    from,
    canWrite,
    edit: ({ name }: EntryView) => editFile(joinPath(path, name)),
    /** Remembers things for the folder that they are pasted into. */
    clip(verb: Verb, entries: EntryView[]) {
      setClipboard({ verb, paths: entries.map(({ name }) => joinPath(path, name)) });
      toast(`${wordsFor(entries)} ${verb === "move" ? "cut" : "copied"}. Paste it into a folder.`);
    },
    /** Null: nothing was cut or copied, or nothing can be put here. */
    paste:
      canWrite && clipboard
        ? () => {
            if (clipboard.verb === "move") setClipboard(null);
            void transfer(clipboard.verb, clipboard.paths, path);
          }
        : null,
    removeNow,
    /** Into the trash, which can be undone; on another cloud there is none, and a received share is left. */
    remove(entries: DriveEntryView[]) {
      const mount = entries.find((entry) => isMount(entry, from));
      if (mount && entries.length > 1) toast(isLeftAlone(mount));
      else if (mount?.source) show({ kind: "leave", ...mount.source, name: mount.name });
      else if (from) show({ kind: "remove", entries });
      else removeNow(entries);
    },
    setFavourite: (entries: EntryView[], isFavourite: boolean) =>
      void setFavourite({ ids: entries.map(({ id }) => id), isFavourite }).then((outcome) => {
        const failure = failureOf(outcome, "changed");
        if (failure) toast.error(failure);
      }, toast.failed),
    keepHere: ({ name }: EntryView, isWanted: boolean) =>
      void keepHere({ path: joinPath(path, name), isWanted }).then(
        () =>
          toast(isWanted ? `A copy of “${name}” is on its way here.` : `No copy of “${name}” is kept here any more.`),
        toast.failed,
      ),
    download(entries: DriveEntryView[]) {
      const [entry] = entries;
      if (entry?.kind === "file" && entries.length === 1) {
        return void downloadFile(joinPath(path, entry.name)).catch(toast.failed);
      }
      const names = entries.map(({ name }) => name);
      void downloadZip(path, names, wordsFor(entries)).catch(toast.failed);
    },
  };
}

/** Whether this is where a received share stands, rather than something inside one. */
export function isMount(entry: EntryView, from: SourceView | null): boolean {
  return from === null && entry.receivedShareId !== undefined;
}

const isLeftAlone = ({ name }: EntryView) =>
  `“${name}” was shared with you: it is not deleted but left, by itself. Nothing was deleted.`;
