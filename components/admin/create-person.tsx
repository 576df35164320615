"use client";

import { useState } from "react";
import { useCreatePerson } from "@/components/admin/queries";
import { QuotaField, quotaOf } from "@/components/admin/quota-field";
import { fieldError } from "@/components/api";
import { Checkbox } from "@/components/ui/checkbox";
import { copyText } from "@/components/ui/copy-text";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { toast } from "@/components/ui/toast";

export function CreatePerson({ onClose }: { onClose: () => void }) {
  const [isAdmin, setAdmin] = useState(false);
  const create = useCreatePerson();

  function submit(form: FormData) {
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const password = String(form.get("password"));
    create.mutate(
      {
        displayName: text("displayName"),
        userName: text("userName"),
        ...(text("mail") && { mail: text("mail") }),
        password,
        isAdmin,
        quota: quotaOf(form),
      },
      {
        onSuccess: (person) => {
          const details = `${window.location.origin}\nUser name: ${person.userName}\nPassword: ${password}`;
          const copy = () => void copyText(details);
          toast.success(`${person.displayName} can sign in now.`, {
            action: { label: "Copy sign-in details", onClick: copy },
            duration: 20_000,
          });
          onClose();
        },
      },
    );
  }

  return (
    <FormDialog
      title="Add a person"
      submitLabel="Add"
      error={create.error}
      isBusy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Name" error={fieldError(create.error, "displayName")}>
        <Input name="displayName" autoComplete="off" autoFocus required />
      </Field>
      <Field label="User name" hint="For signing in." error={fieldError(create.error, "userName")}>
        <Input name="userName" autoComplete="off" autoCapitalize="none" spellCheck={false} required />
      </Field>
      <Field label="Mail" isOptional error={fieldError(create.error, "mail")}>
        <Input name="mail" type="email" autoComplete="off" />
      </Field>
      <Field
        label="First password"
        hint="At least 10 characters. It must be changed at the first sign-in."
        error={fieldError(create.error, "password")}
      >
        <PasswordInput name="password" autoComplete="new-password" minLength={10} required />
      </Field>
      <QuotaField />
      <Checkbox
        label="Administrator"
        hint="May change everything on this page."
        checked={isAdmin}
        onChange={setAdmin}
      />
    </FormDialog>
  );
}
