"use client";

import { useCreateGroup, useRenameGroup } from "@/components/admin/queries";
import { fieldError } from "@/components/api";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import type { GroupView } from "@/lib/identity/schema";

type NameGroupProps = { group?: GroupView; onClose: () => void; onCreated?: (group: GroupView) => void };

/** Names a new group, or one that there is. */
export function NameGroup({ group, onClose, onCreated }: NameGroupProps) {
  const create = useCreateGroup();
  const rename = useRenameGroup();
  const { error, isPending } = group ? rename : create;

  function submit(form: FormData) {
    const name = String(form.get("name"));
    if (group) rename.mutate({ id: group.id, name }, { onSuccess: onClose });
    else create.mutate({ name }, { onSuccess: (created) => onCreated?.(created) });
  }

  return (
    <FormDialog
      title={group ? `Rename ${group.name}` : "New group"}
      submitLabel={group ? "Rename" : "Create"}
      error={error}
      isBusy={isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label="Name"
        hint={group ? `Its cloud address stays ${group.cloudAddress}.` : "Its cloud address is made of it, and stays."}
        error={fieldError(error, "name")}
      >
        <Input name="name" defaultValue={group?.name} autoComplete="off" maxLength={100} autoFocus required />
      </Field>
    </FormDialog>
  );
}
