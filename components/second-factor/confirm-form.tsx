"use client";

import { KeyRound } from "lucide-react";
import type { FormEvent } from "react";
import { fieldError, formError } from "@/components/api";
import { useConfirmByCode, useConfirmByPasskey } from "@/components/second-factor/queries";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";

type ConfirmFormProps = { hasAuthenticator: boolean; hasPasskey: boolean; onDone: () => void };

/** Asks for the second factor, in whichever way the person has one. */
export function ConfirmForm({ hasAuthenticator, hasPasskey, onDone }: ConfirmFormProps) {
  const byCode = useConfirmByCode();
  const byPasskey = useConfirmByPasskey();
  const isBusy = byCode.isPending || byCode.isSuccess || byPasskey.isPending || byPasskey.isSuccess;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    byPasskey.reset();
    byCode.mutate(String(new FormData(event.currentTarget).get("code")), { onSuccess: onDone });
  }
  function usePasskey() {
    byCode.reset();
    byPasskey.mutate(undefined, { onSuccess: onDone });
  }

  const failure = formError(byCode.error) ?? byPasskey.error?.message;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      {hasPasskey && (
        <Button onClick={usePasskey} isBusy={byPasskey.isPending} disabled={isBusy} data-testid="use-passkey">
          <KeyRound aria-hidden />
          Use a passkey
        </Button>
      )}
      <Field
        label={hasAuthenticator ? "Code" : "Recovery code"}
        hint={hasAuthenticator ? "From your app, or one of your recovery codes." : "If your passkey is not at hand."}
        error={fieldError(byCode.error, "code")}
      >
        <Input
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={hasAuthenticator}
          required
        />
      </Field>
      <Button type="submit" variant="primary" isBusy={byCode.isPending || byCode.isSuccess} disabled={isBusy}>
        Confirm
      </Button>
    </form>
  );
}
