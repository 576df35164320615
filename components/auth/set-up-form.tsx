"use client";

import { useMutation } from "@tanstack/react-query";
import { signIn } from "next-auth/react";
import type { FormEvent } from "react";
import { z } from "zod";
import { api, fieldError, formError } from "@/components/api";
import { isOnLocalhost } from "@/components/local-cloud";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { PasswordInput } from "@/components/ui/password-input";

/** Names the cloud, makes its administrator, and signs that person in. */
export function SetUpForm({ code, address, origin }: { code: string; address: string; origin: string }) {
  const setUp = useMutation({
    mutationFn: async (input: Record<string, FormDataEntryValue>) => {
      const mail = input.mail || undefined;
      await api(z.unknown(), "/api/setup", { method: "POST", body: JSON.stringify({ ...input, mail, code }) });
      await signIn("credentials", { login: input.userName, password: input.password, redirect: false });
      window.location.assign("/files");
    },
  });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setUp.mutate(Object.fromEntries(new FormData(event.currentTarget)));
  }

  const failure = formError(setUp.error);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      {isOnLocalhost(origin) && (
        <NoticeLine tone="warning">
          Clouds on other machines cannot reach {address}. If people there are to share with yours, start it with its
          real address (PUBLIC_ORIGIN) before you go on: it stays what it is now.
        </NoticeLine>
      )}
      <Field
        label="Name of this cloud"
        hint={`People on other clouds know it as ${address}.`}
        error={fieldError(setUp.error, "siteName")}
      >
        <Input name="siteName" maxLength={60} autoFocus required />
      </Field>
      <hr className="my-1" />
      <Field label="Your name" error={fieldError(setUp.error, "displayName")}>
        <Input name="displayName" autoComplete="name" required />
      </Field>
      <Field label="User name" hint="For signing in." error={fieldError(setUp.error, "userName")}>
        <Input name="userName" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
      </Field>
      <Field label="Mail" isOptional error={fieldError(setUp.error, "mail")}>
        <Input name="mail" type="email" autoComplete="email" />
      </Field>
      <Field label="Password" hint="At least 10 characters." error={fieldError(setUp.error, "password")}>
        <PasswordInput name="password" autoComplete="new-password" minLength={10} required />
      </Field>
      <Button type="submit" variant="primary" isBusy={setUp.isPending || setUp.isSuccess}>
        Set up
      </Button>
    </form>
  );
}
