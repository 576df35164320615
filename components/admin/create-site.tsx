"use client";

import { useAddSite } from "@/components/admin/queries";
import { fieldError } from "@/components/api";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";

/** Where the address of a new site most likely lies. */
function exampleAddress(): string {
  const { protocol, host } = window.location;
  return `${protocol}//team.${host}`;
}

export function CreateSite({ onClose }: { onClose: () => void }) {
  const add = useAddSite();

  function submit(form: FormData) {
    const text = (name: string) => String(form.get(name) ?? "").trim();
    add.mutate(
      { name: text("name"), origin: text("origin") },
      {
        onSuccess: (site) => {
          toast.success(`${site.name} waits to be set up. Give its link to whoever is to run it.`);
          onClose();
        },
      },
    );
  }

  return (
    <FormDialog
      title="Open a site"
      submitLabel="Open"
      error={add.error}
      isBusy={add.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Name" error={fieldError(add.error, "name")}>
        <Input name="name" maxLength={60} autoComplete="off" autoFocus required />
      </Field>
      <Field
        label="Address"
        hint="It must lead to this server, and cannot be changed later: other clouds know its people by it."
        error={fieldError(add.error, "origin")}
      >
        <Input
          name="origin"
          inputMode="url"
          placeholder={exampleAddress()}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      </Field>
    </FormDialog>
  );
}
