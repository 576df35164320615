"use client";

import { useState } from "react";
import { contentUrl, joinPath } from "@/components/files/paths";
import { useRemoveEntries, useRestore } from "@/components/files/queries";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";
import type { EntryView, FolderView } from "@/lib/files/schema";

export type FilesDialog =
  | { kind: "new-folder" }
  | { kind: "share"; entry: EntryView }
  | { kind: "details"; entry: EntryView }
  | { kind: "move"; entries: EntryView[] }
  | { kind: "leave"; entry: EntryView }
  | { kind: "remove"; entries: EntryView[] }
  | null;

export type FilesActions = ReturnType<typeof useFilesActions>;

/** What can be done with the things in a folder, and which dialog is open for it. */
export function useFilesActions(path: string, from: FolderView["from"]) {
  const [dialog, show] = useState<FilesDialog>(null);
  const { mutate: remove } = useRemoveEntries(path);
  const { mutate: restore } = useRestore();

  function removeNow(entries: EntryView[]) {
    remove(entries, {
      onError: (error) => toast.error(error.message),
      onSuccess: (trashed) => {
        const ids = trashed.flatMap((one) => (one ? [one.id] : []));
        const what = entries.length === 1 ? `“${entries[0]?.name}”` : formatCount(entries.length, "item", "items");
        if (ids.length === 0) toast(`${what} deleted.`);
        else toast(`${what} moved to the trash.`, { action: { label: "Undo", onClick: () => restore(ids) } });
      },
    });
  }

  return {
    dialog,
    show,
    close: () => show(null),
    from,
    removeNow,
    /** Into the trash, which can be undone; on another cloud there is none, and a received share is left. */
    remove(entries: EntryView[]) {
      const mount = entries.find((entry) => isMount(entry, from));
      if (mount) show({ kind: "leave", entry: mount });
      else if (from) show({ kind: "remove", entries });
      else removeNow(entries);
    },
    download(entries: EntryView[]) {
      for (const entry of entries) download(contentUrl(joinPath(path, entry.name), { isDownload: true }));
    },
  };
}

/** Whether this is where a received share stands, rather than something inside one. */
export function isMount(entry: EntryView, from: FolderView["from"]): boolean {
  return from === null && entry.receivedShareId !== undefined;
}

function download(url: string) {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
