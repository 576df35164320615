"use client";

import { useRevokeShare } from "@/components/sharing/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { SentShareView } from "@/lib/sharing/schema";

export function RevokeDialog({ share, onClose }: { share: SentShareView; onClose: () => void }) {
  const { mutate: revoke, isPending } = useRevokeShare();
  const cloud = share.provider ? ` ${share.provider} is told.` : "";
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      isBusy={isPending}
      onConfirm={() =>
        revoke(share.id, {
          onSuccess: () => {
            toast(`“${share.name}” is no longer shared with ${share.recipientName}.`);
            onClose();
          },
          onError: (error) => toast.error(error.message),
        })
      }
      title={`Stop sharing with ${share.recipientName}?`}
      confirmLabel="Stop sharing"
    >
      {share.recipientName} loses access to “{share.name}” at once.{cloud} Copies that were downloaded stay with them.
      You can share it again later.
    </ConfirmDialog>
  );
}
