"use client";

import { useState } from "react";
import { useChangeKeys } from "@/components/admin/key-queries";
import { Checkbox } from "@/components/ui/checkbox";
import { FormDialog } from "@/components/ui/form-dialog";
import { toast } from "@/components/ui/toast";

export function ChangeKeys({ onClose }: { onClose: () => void }) {
  const [isUrgent, setUrgent] = useState(false);
  const change = useChangeKeys();

  const submit = () =>
    change.mutate(
      { isUrgent },
      {
        onSuccess: () => {
          toast.success(
            isUrgent ? "The new keys are in use." : "The new keys are published. They are used in two hours.",
          );
          onClose();
        },
      },
    );
  return (
    <FormDialog
      title="Change the keys of this cloud?"
      description="Nobody notices anything: other clouds read the new keys before they are used, and can still read the present ones for a day after that."
      submitLabel="Change keys"
      error={change.error}
      isBusy={change.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Checkbox
        label="Somebody else may know the present keys"
        hint="The new ones are used at once, and the present ones are worth nothing from now on. For up to an hour some clouds may refuse what comes from here; it is sent again until they hear it."
        checked={isUrgent}
        onChange={setUrgent}
      />
    </FormDialog>
  );
}
