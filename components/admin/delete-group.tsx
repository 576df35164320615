"use client";

import { useDeleteGroup } from "@/components/admin/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { GroupView } from "@/lib/identity/schema";

export function DeleteGroup({ group, onClose }: { group: GroupView; onClose: () => void }) {
  const remove = useDeleteGroup();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(group.id, {
          onSuccess: () => {
            toast(`${group.name} is deleted.`);
            onClose();
          },
          onError: toast.failed,
        })
      }
      title={`Delete ${group.name}?`}
      confirmLabel="Delete group"
      isBusy={remove.isPending}
    >
      What is shared with the group ends for everybody in it. Files stay with whoever owns them, and the people stay on
      this cloud. This cannot be undone.
    </ConfirmDialog>
  );
}
