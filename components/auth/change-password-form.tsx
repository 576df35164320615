"use client";

import { type FormEvent, useRef } from "react";
import { fieldError, formError } from "@/components/api";
import { useChangePassword } from "@/components/settings/queries";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { NoticeLine } from "@/components/ui/notice-line";
import { PasswordInput } from "@/components/ui/password-input";

/** Asks for the present password, unless it was typed just before, and a new one; other sign-ins of this person end. */
export function ChangePasswordForm({ onDone, isFirst = false }: { onDone: () => void; isFirst?: boolean }) {
  const form = useRef<HTMLFormElement>(null);
  const change = useChangePassword();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = new FormData(event.currentTarget);
    const current = isFirst ? undefined : String(input.get("current"));
    const passwords = { current, next: String(input.get("next")) };
    change.mutate(passwords, {
      onSuccess: () => {
        form.current?.reset();
        onDone();
      },
    });
  }

  const failure = formError(change.error);
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-4 md:max-w-88">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      {!isFirst && (
        <Field label="Present password" error={fieldError(change.error, "current")}>
          <PasswordInput name="current" autoComplete="current-password" required />
        </Field>
      )}
      <Field label="New password" hint="At least 10 characters." error={fieldError(change.error, "next")}>
        <PasswordInput name="next" autoComplete="new-password" minLength={10} required />
      </Field>
      <Button type="submit" variant="primary" isBusy={change.isPending} className="self-start">
        Change password
      </Button>
    </form>
  );
}
