"use client";

import { fieldError } from "@/components/api";
import { PasswordProof, passwordOf } from "@/components/second-factor/password-proof";
import { useAddPasskey } from "@/components/second-factor/queries";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";

type AddPasskeyProps = { onDone: (recoveryCodes: string[] | null) => void; onClose: () => void };

export function AddPasskey({ onDone, onClose }: AddPasskeyProps) {
  const add = useAddPasskey();

  function submit(form: FormData) {
    const input = { name: String(form.get("name")), ...passwordOf(form) };
    add.mutate(input, { onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes) });
  }

  return (
    <FormDialog
      title="Add a passkey"
      description="This device, your telephone or a security key. Your browser asks you for it next."
      submitLabel="Add"
      error={add.error}
      isBusy={add.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Name" hint="By which you know it again." error={fieldError(add.error, "name")}>
        <Input name="name" maxLength={60} autoFocus required />
      </Field>
      <PasswordProof error={add.error} />
    </FormDialog>
  );
}
