"use client";

import type { FilesActions } from "@/components/files/use-files-actions";
import { wordsFor } from "@/components/files/words-for";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import type { EntryView } from "@/lib/files/schema";

type RemoveDialogProps = { files: FilesActions; entries: EntryView[]; onClose: () => void };

/** Before deleting in somebody else's folder, where one cannot take it back. */
export function RemoveDialog({ files, entries, onClose }: RemoveDialogProps) {
  const owner = files.from?.senderName ?? "its owner";
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => {
        files.removeNow(entries);
        onClose();
      }}
      title={`Delete ${wordsFor(entries)}?`}
      confirmLabel="Delete"
    >
      This is in a folder of {owner}, so it is deleted there, for everyone. You cannot undo it from here.
    </ConfirmDialog>
  );
}
