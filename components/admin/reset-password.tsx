"use client";

import { useResetPassword } from "@/components/admin/queries";
import { fieldError } from "@/components/api";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { PasswordInput } from "@/components/ui/password-input";
import { toast } from "@/components/ui/toast";
import type { PersonView } from "@/lib/identity/schema";

export function ResetPassword({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const reset = useResetPassword();

  function submit(form: FormData) {
    reset.mutate(
      { id: person.id, password: String(form.get("password")) },
      {
        onSuccess: () => {
          toast.success(`Tell ${person.displayName} the new password. It must be changed at the next sign-in.`);
          onClose();
        },
      },
    );
  }

  return (
    <FormDialog
      title={`New password for ${person.displayName}`}
      description="Every sign-in of this person ends."
      submitLabel="Set password"
      error={reset.error}
      isBusy={reset.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="New password" hint="At least 10 characters." error={fieldError(reset.error, "password")}>
        <PasswordInput name="password" autoComplete="new-password" minLength={10} autoFocus required />
      </Field>
    </FormDialog>
  );
}
