"use client";

import type { FilesActions } from "@/components/files/use-files-actions";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatCount } from "@/components/ui/format";
import type { EntryView } from "@/lib/files/schema";

type RemoveDialogProps = { files: FilesActions; entries: EntryView[]; onClose: () => void };

/** Before deleting in somebody else's folder, where one cannot take it back. */
export function RemoveDialog({ files, entries, onClose }: RemoveDialogProps) {
  const owner = files.from?.senderName ?? "its owner";
  const what = entries.length === 1 ? `“${entries[0]?.name}”` : formatCount(entries.length, "item", "items");
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() => {
        files.removeNow(entries);
        onClose();
      }}
      title={`Delete ${what}?`}
      confirmLabel="Delete"
    >
      This is in a folder of {owner}, so it is deleted there, for everyone. You cannot undo it from here.
    </ConfirmDialog>
  );
}
