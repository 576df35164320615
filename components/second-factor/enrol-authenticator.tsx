"use client";

import { fieldError } from "@/components/api";
import { QrCode } from "@/components/invites/qr-code";
import { PasswordProof, passwordOf } from "@/components/second-factor/password-proof";
import { useBeginAuthenticator, useConfirmAuthenticator } from "@/components/second-factor/queries";
import { CopyField } from "@/components/ui/copy-field";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";

type EnrolProps = { onDone: (recoveryCodes: string[] | null) => void; onClose: () => void };

/** The password, then the code for the app to read, then a first code of the app. */
export function EnrolAuthenticator({ onDone, onClose }: EnrolProps) {
  const begin = useBeginAuthenticator();
  const confirm = useConfirmAuthenticator();
  const secret = begin.data;

  if (!secret) {
    return (
      <FormDialog
        key="begin"
        title="Set up an app for codes"
        description="An app on your telephone that shows a new code every half minute: any authenticator app, and many password managers, can do it."
        submitLabel="Go on"
        error={begin.error}
        isBusy={begin.isPending}
        onSubmit={(form) => begin.mutate(passwordOf(form))}
        onClose={onClose}
      >
        <PasswordProof error={begin.error} autoFocus />
      </FormDialog>
    );
  }
  return (
    <FormDialog
      key="confirm"
      title="Set up an app for codes"
      description="Let the app read this picture, or type the key into it. Then type the code that it shows."
      submitLabel="Turn on"
      error={confirm.error}
      isBusy={confirm.isPending}
      onSubmit={(form) => {
        confirm.mutate(String(form.get("code")), { onSuccess: ({ recoveryCodes }) => onDone(recoveryCodes) });
      }}
      onClose={onClose}
    >
      <QrCode text={secret.uri} alt="QR code for the app" />
      <CopyField label="Key to type" text={inFours(secret.key)} testId="authenticator-key" isMultiline isCode />
      <Field label="Code that the app shows" error={fieldError(confirm.error, "code")}>
        <Input name="code" inputMode="numeric" autoComplete="one-time-code" autoFocus required />
      </Field>
    </FormDialog>
  );
}

/** Apps take it with the blanks, and people read it so. */
const inFours = (key: string) => key.match(/.{1,4}/g)?.join(" ") ?? key;
