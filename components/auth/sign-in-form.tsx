"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { PasswordInput } from "@/components/ui/password-input";

type SignInFormProps = { next: string; oidcName: string | null; failure: string | null };

export function SignInForm({ next, oidcName, failure: initialFailure }: SignInFormProps) {
  const [failure, setFailure] = useState(initialFailure);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(null);
    const answer = await signIn("credentials", {
      login: form.get("login"),
      password: form.get("password"),
      redirect: false,
    }).catch(() => null);
    if (answer?.ok) return window.location.assign(next);
    setBusy(false);
    setFailure(sentenceFor(answer?.error));
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      <Field label="User name or mail">
        <Input name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus required />
      </Field>
      <Field label="Password">
        <PasswordInput name="password" autoComplete="current-password" required />
      </Field>
      <Button type="submit" variant="primary" isBusy={isBusy} data-testid="login">
        Sign in
      </Button>
      {oidcName && <Button onClick={() => signIn("oidc", { callbackUrl: next })}>Continue with {oidcName}</Button>}
    </form>
  );
}

function sentenceFor(error: string | null | undefined): string {
  if (error === undefined) return "The cloud did not answer. Check your connection and try again.";
  if (!error || error === "CredentialsSignin") return "The user name or the password is not right.";
  return error;
}
