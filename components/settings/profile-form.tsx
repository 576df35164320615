"use client";

import type { FormEvent } from "react";
import { fieldError, formError } from "@/components/api";
import { useUpdateAccount } from "@/components/settings/queries";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { toast } from "@/components/ui/toast";
import type { AccountView } from "@/lib/identity/schema";

export function ProfileForm({ account }: { account: AccountView }) {
  const update = useUpdateAccount();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const input = { displayName: String(form.get("displayName")), mail: String(form.get("mail")) || null };
    update.mutate(input, { onSuccess: () => toast.success("Your profile is saved.") });
  }

  const failure = formError(update.error);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 md:max-w-88">
      {failure && <NoticeLine tone="danger">{failure}</NoticeLine>}
      <Field label="Name" error={fieldError(update.error, "displayName")}>
        <Input name="displayName" defaultValue={account.displayName} autoComplete="name" required />
      </Field>
      <Field label="Mail" isOptional hint="Contacts on other clouds see it." error={fieldError(update.error, "mail")}>
        <Input name="mail" type="email" defaultValue={account.mail ?? ""} autoComplete="email" />
      </Field>
      <Field label="User name" hint="For signing in. It cannot be changed.">
        <Input value={account.userName} readOnly disabled />
      </Field>
      <Button type="submit" isBusy={update.isPending} className="self-start">
        Save
      </Button>
    </form>
  );
}
