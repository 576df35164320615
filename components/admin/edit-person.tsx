"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUpdatePerson } from "@/components/admin/queries";
import { QuotaField, quotaOf } from "@/components/admin/quota-field";
import { fieldError } from "@/components/api";
import { accountQuery } from "@/components/shell/queries";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import type { PersonView } from "@/lib/identity/schema";

export function EditPerson({ person, onClose }: { person: PersonView; onClose: () => void }) {
  const [isAdmin, setAdmin] = useState(person.isAdmin);
  const { data: account } = useQuery(accountQuery);
  const update = useUpdatePerson();

  function submit(form: FormData) {
    const mail = String(form.get("mail")).trim() || null;
    const displayName = String(form.get("displayName"));
    update.mutate({ id: person.id, displayName, mail, isAdmin, quota: quotaOf(form) }, { onSuccess: onClose });
  }

  return (
    <FormDialog
      title={person.displayName}
      submitLabel="Save"
      error={update.error}
      isBusy={update.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Name" error={fieldError(update.error, "displayName")}>
        <Input name="displayName" defaultValue={person.displayName} autoComplete="off" required />
      </Field>
      <Field label="Mail" isOptional error={fieldError(update.error, "mail")}>
        <Input name="mail" type="email" defaultValue={person.mail ?? ""} autoComplete="off" />
      </Field>
      <QuotaField quota={person.quota} />
      {account?.id !== person.id && <Checkbox label="Administrator" checked={isAdmin} onChange={setAdmin} />}
    </FormDialog>
  );
}
