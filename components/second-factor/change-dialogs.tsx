"use client";

import { PasswordProof, passwordOf } from "@/components/second-factor/password-proof";
import { useRemoveFactor, useRenewRecoveryCodes } from "@/components/second-factor/queries";
import { FormDialog } from "@/components/ui/form-dialog";
import { toast } from "@/components/ui/toast";

export type Factor = { name: string; passkeyId?: string };
type RemoveFactorProps = { factor: Factor; isLast: boolean; onClose: () => void };

export function RemoveFactor({ factor: { name, passkeyId }, isLast, onClose }: RemoveFactorProps) {
  const remove = useRemoveFactor();
  const onSuccess = () => {
    toast.success(`${name} is removed.`);
    onClose();
  };
  return (
    <FormDialog
      title={`Remove ${name}?`}
      description={
        isLast
          ? "It is the last one: your password alone is enough then, your recovery codes end, and what was shared with you for a second factor only does not open."
          : "It does not let you in any more. What else you have set up stays."
      }
      submitLabel="Remove"
      error={remove.error}
      isBusy={remove.isPending}
      onSubmit={(form) => remove.mutate({ passkeyId, ...passwordOf(form) }, { onSuccess })}
      onClose={onClose}
    >
      <PasswordProof error={remove.error} autoFocus />
    </FormDialog>
  );
}

type RenewCodesProps = { onDone: (recoveryCodes: string[] | null) => void; onClose: () => void };

export function RenewCodes({ onDone, onClose }: RenewCodesProps) {
  const renew = useRenewRecoveryCodes();
  return (
    <FormDialog
      title="New recovery codes?"
      description="The ones you have now count no more."
      submitLabel="Make new ones"
      error={renew.error}
      isBusy={renew.isPending}
      onSubmit={(form) => renew.mutate(passwordOf(form), { onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes) })}
      onClose={onClose}
    >
      <PasswordProof error={renew.error} autoFocus />
    </FormDialog>
  );
}
