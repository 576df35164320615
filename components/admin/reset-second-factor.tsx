"use client";

import { useResetSecondFactor } from "@/components/admin/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { toast } from "@/components/ui/toast";
import type { PersonView } from "@/lib/identity/schema";

export function ResetSecondFactor({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const reset = useResetSecondFactor();
  const confirm = () =>
    reset.mutate(person.id, {
      onSuccess: () => {
        toast.success(`${person.displayName} signs in with the password alone until a second factor is set up again.`);
        onClose();
      },
      onError: toast.failed,
    });
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={confirm}
      title={`Reset the second factor of ${person.displayName}?`}
      confirmLabel="Reset"
      isBusy={reset.isPending}
    >
      The app, the passkeys and the recovery codes of this person count no more: the password alone is enough to sign
      in. Be sure that it is {person.displayName} who asks. {person.displayName} is told.
    </ConfirmDialog>
  );
}
