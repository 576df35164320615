"use client";

import { useAddProvider } from "@/components/admin/queries";
import { fieldError } from "@/components/api";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { toast } from "@/components/ui/toast";

/** Discovered on the spot: what it tells of itself then stands in its row. */
export function AddProvider({ onClose }: { onClose: () => void }) {
  const add = useAddProvider();

  function submit(form: FormData) {
    add.mutate(
      { domain: String(form.get("domain")), standing: "listed" },
      {
        onSuccess: (provider) => {
          toast.success(`${provider.name ?? provider.provider} answers and is trusted now.`);
          onClose();
        },
      },
    );
  }

  return (
    <FormDialog
      title="Add a provider"
      description="It is asked at once what it can do."
      submitLabel="Add"
      error={add.error}
      isBusy={add.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Domain" error={fieldError(add.error, "domain")}>
        <Input
          name="domain"
          placeholder="cloud.example.org"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
        />
      </Field>
    </FormDialog>
  );
}
