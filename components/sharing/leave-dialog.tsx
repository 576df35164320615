"use client";

import { useLeaveShare } from "@/components/sharing/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";

type LeaveDialogProps = { receivedShareId: string; name: string; senderName: string; onClose: () => void };

export function LeaveDialog({ receivedShareId, name, senderName, onClose }: LeaveDialogProps) {
  const { mutate: leave, isPending } = useLeaveShare();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      isBusy={isPending}
      onConfirm={() =>
        leave(receivedShareId, {
          onSuccess: () => {
            toast(`You left “${name}”.`);
            onClose();
          },
          onError: toast.failed,
        })
      }
      title={`Leave “${name}”?`}
      confirmLabel="Leave"
    >
      It disappears from your files. Nothing is deleted: it stays with {senderName}, who is told, and who can share it
      with you again.
    </ConfirmDialog>
  );
}
