"use client";

import { useState } from "react";
import { useAddDirectory } from "@/components/admin/directory-queries";
import { fieldError } from "@/components/api";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { formatCount } from "@/components/ui/format";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { toast } from "@/components/ui/toast";

/** It is read on the spot: what its key did not sign is not added. */
export function AddDirectory({ onClose }: { onClose: () => void }) {
  const [isTrusted, setTrusted] = useState(false);
  const add = useAddDirectory();

  function submit(form: FormData) {
    add.mutate(
      { url: String(form.get("url")), key: String(form.get("key")), isTrusted },
      {
        onSuccess: ({ federation, clouds }) => {
          toast.success(`You follow ${federation}, with ${formatCount(clouds, "cloud", "clouds")}.`);
          onClose();
        },
      },
    );
  }

  return (
    <FormDialog
      title="Follow a directory"
      description="Take the key from whoever keeps the directory, and by another way than the address."
      submitLabel="Follow"
      error={add.error}
      isBusy={add.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field label="Address" error={fieldError(add.error, "url")}>
        <Input
          name="url"
          placeholder="https://cloud.example.org/ocm/directory"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
        />
      </Field>
      <Field label="Key" hint="A JWK, a JWK Set, or a PEM." error={fieldError(add.error, "key")}>
        <Textarea name="key" rows={4} required spellCheck={false} className="font-mono text-xs" />
      </Field>
      <Checkbox
        label="Trust its clouds"
        hint="Where only listed clouds are let in, those of this directory are too. Clouds that you have blocked stay so."
        checked={isTrusted}
        onChange={setTrusted}
      />
    </FormDialog>
  );
}
