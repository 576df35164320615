"use client";

import { fieldError } from "@/components/api";
import { useNameVersion } from "@/components/files/versions/queries";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import type { VersionView } from "@/lib/files/schema";

export function NameVersion({ version, onClose }: { version: VersionView; onClose: () => void }) {
  const { mutate, error, isPending } = useNameVersion();
  return (
    <FormDialog
      title="Name this version"
      description="A version with a name is kept until you delete it."
      submitLabel="Keep"
      error={error}
      isBusy={isPending}
      onSubmit={(form) => mutate({ id: version.id, name: String(form.get("name")) }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Field label="Name" hint="Leave it empty to let the version go its way." error={fieldError(error, "name")}>
        <Input name="name" defaultValue={version.name ?? ""} autoComplete="off" maxLength={100} autoFocus />
      </Field>
    </FormDialog>
  );
}
