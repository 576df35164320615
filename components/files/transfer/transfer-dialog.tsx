"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { FolderWaiting } from "@/components/files/folder-waiting";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { isInside, joinPath, nameOf, parentOf } from "@/components/files/paths";
import type { Verb } from "@/components/files/transfer/transfer-one";
import { useTransfer } from "@/components/files/transfer/use-transfer";
import { useFolder } from "@/components/files/use-folder";
import { wordsFor } from "@/components/files/words-for";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import type { EntryView } from "@/lib/files/schema";

type TransferDialogProps = { verb: Verb; path: string; entries: EntryView[]; onClose: () => void };

const VERBS = { move: "Move", copy: "Copy" };

/** Where to move or copy things to. */
export function TransferDialog({ verb, path, entries, onClose }: TransferDialogProps) {
  const [target, setTarget] = useState(path);
  const {
    folder,
    entries: inside,
    error,
    isPending,
    isStopped,
    refetch,
    hasNextPage,
    fetchNextPage,
  } = useFolder(target);
  const transfer = useTransfer();

  const moved = entries.map((entry) => joinPath(path, entry.name));
  const folders = inside.filter((entry) => entry.kind === "folder" && !moved.includes(joinPath(target, entry.name)));
  const canGoHere =
    folder?.canWrite && (verb === "copy" || target !== path) && !moved.some((one) => isInside(target, one));

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`${VERBS[verb]} ${wordsFor(entries)}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            disabled={!canGoHere}
            onClick={() => {
              void transfer(verb, moved, target);
              onClose();
            }}
          >
            {VERBS[verb]} here
          </Button>
        </>
      }
    >
      <div className="flex items-center gap-1 border-b pb-2">
        {target !== "/" && (
          <Button variant="ghost" size="sm" onClick={() => setTarget(parentOf(target))} className="-ms-2">
            <ChevronLeft aria-hidden className="rtl:-scale-x-100" />
            <span className="sr-only">To the folder above, </span>
            {nameOf(parentOf(target)) || "Files"}
          </Button>
        )}
        <h3 className="truncate font-medium" aria-live="polite">
          {nameOf(target) || "Files"}
        </h3>
      </div>
      <div className="h-72 overflow-y-auto py-1">
        {error && <ErrorState error={error} title="This folder could not be opened" onRetry={() => void refetch()} />}
        {isPending && !error && <FolderWaiting path={target} isStopped={isStopped} onRetry={() => void refetch()} />}
        {folder && folders.length === 0 && <p className="px-2 py-6 text-center text-muted">No folders in here.</p>}
        {folders.map((entry) => (
          <button
            key={entry.id}
            type="button"
            onClick={() => setTarget(joinPath(target, entry.name))}
            className="flex h-10 w-full items-center gap-2.5 rounded-sm px-2 text-start hover:bg-hover focus-visible:-outline-offset-2"
          >
            <EntryIcon entry={entry} />
            <MiddleTruncated name={entry.name} className="flex-1" />
            <ChevronRight aria-hidden className="size-4 text-faint rtl:-scale-x-100" />
          </button>
        ))}
        {hasNextPage && (
          <Button variant="ghost" size="sm" onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
    </Dialog>
  );
}
