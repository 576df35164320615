"use client";

import { useQuery } from "@tanstack/react-query";
import { fieldError } from "@/components/api";
import { accountQuery } from "@/components/shell/queries";
import { Field } from "@/components/ui/field";
import { PasswordInput } from "@/components/ui/password-input";

/** Asks for the password again, of who has one; `passwordOf` reads it from the form. */
export function PasswordProof({ error, autoFocus = false }: { error: Error | null; autoFocus?: boolean }) {
  const { data: account } = useQuery(accountQuery);
  if (!account?.hasPassword) return null;
  return (
    <Field label="Your password" error={fieldError(error, "password")}>
      <PasswordInput name="password" autoComplete="current-password" autoFocus={autoFocus} required />
    </Field>
  );
}

export function passwordOf(form: FormData): { password?: string } {
  const password = form.get("password");
  return typeof password === "string" ? { password } : {};
}
