"use client";

import { useRevokeShare } from "@/components/sharing/queries";
import { isOver } from "@/components/sharing/words";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { SentShareView } from "@/lib/sharing/schema";

export function RevokeDialog({ share, onClose }: { share: SentShareView; onClose: () => void }) {
  const { mutate: revoke, isPending } = useRevokeShare();
  const over = isOver(share);
  const cloud = share.provider ? ` ${share.provider} is told.` : "";
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      isBusy={isPending}
      onConfirm={() =>
        revoke(share.id, {
          onSuccess: () => {
            if (!over) toast(`“${share.name}” is no longer shared with ${share.recipientName}.`);
            onClose();
          },
          onError: toast.failed,
        })
      }
      title={over ? `Remove ${share.recipientName} from the list?` : `Stop sharing with ${share.recipientName}?`}
      confirmLabel={over ? "Remove" : "Stop sharing"}
      isDanger={!over}
    >
      {over
        ? `${share.recipientName} has no access to “${share.name}”. Only the line in your list goes.`
        : `${share.recipientName} loses access to “${share.name}” at once.${cloud} Copies that were downloaded stay with them. You can share it again later.`}
    </ConfirmDialog>
  );
}
