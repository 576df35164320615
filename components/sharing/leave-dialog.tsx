"use client";

import { nameOf } from "@/components/files/paths";
import { useLeaveShare } from "@/components/sharing/queries";
import { useReceivedShare } from "@/components/sharing/use-received-share";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";

export function LeaveDialog({ receivedShareId, onClose }: { receivedShareId: string; onClose: () => void }) {
  const share = useReceivedShare(receivedShareId);
  const { mutate: leave, isPending } = useLeaveShare();
  const name = share ? `“${share.path ? nameOf(share.path) : share.name}”` : "this share";
  const sender = share?.senderName ?? "the person who shared it";
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      isBusy={isPending}
      onConfirm={() =>
        leave(receivedShareId, {
          onSuccess: () => {
            toast(`You left ${name}.`);
            onClose();
          },
          onError: (error) => toast.error(error.message),
        })
      }
      title={`Leave ${name}?`}
      confirmLabel="Leave"
    >
      It disappears from your files. Nothing is deleted: it stays with {sender}, who is told, and who can share it with
      you again.
    </ConfirmDialog>
  );
}
