"use client";

import { useState } from "react";
import { useSetManners } from "@/components/admin/queries";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { DialectName, type ProviderView } from "@/lib/trust/schema";

const LABELS: Record<DialectName, string> = {
  ocm: "OCM, as specified",
  nextcloud35: "Nextcloud 35",
  nextcloud: "Nextcloud 31 to 34",
  older: "Nextcloud until 30, ownCloud 10",
  ocis: "oCIS, OpenCloud",
  reva: "CERNBox, Reva",
  seafile: "Seafile",
};
const SHOWN = "shown";

/** How a cloud is dealt with where its own description does not tell it. */
export function ProviderManners({ provider, onClose }: { provider: ProviderView; onClose: () => void }) {
  const [dialect, setDialect] = useState<DialectName | typeof SHOWN>(
    DialectName.safeParse(provider.chosenDialect).data ?? SHOWN,
  );
  const [acceptsUnsigned, setAcceptsUnsigned] = useState(provider.acceptsUnsigned);
  const update = useSetManners();
  const told = provider.chosenDialect ? "As it shows" : `As it shows (${provider.dialect ?? "not known yet"})`;
  const options = DialectName.options.map((value) => ({ value, label: LABELS[value] }));

  function save() {
    // Only what was changed: to say again that unsigned messages are taken is a decision of its own.
    const isDecided = acceptsUnsigned !== provider.acceptsUnsigned;
    const manners = { ...(isDecided && { acceptsUnsigned }), dialect: dialect === SHOWN ? null : dialect };
    update.mutate(
      { provider: provider.provider, ...manners },
      {
        onSuccess: () => {
          toast("Saved.");
          onClose();
        },
      },
    );
  }
  return (
    <FormDialog
      title={`How to deal with ${provider.provider}`}
      submitLabel="Save"
      error={update.error}
      isBusy={update.isPending}
      onSubmit={save}
      onClose={onClose}
    >
      <Field label="Spoken to as" hint="What it describes itself as is right nearly always.">
        <Select value={dialect} onChange={setDialect} options={[{ value: SHOWN, label: told }, ...options]} />
      </Field>
      <Checkbox
        label="Take messages that it does not sign"
        hint="For clouds that cannot sign. Anybody could write in its name: what it offers waits as a request until the person accepts it. Once it signs, this ends."
        checked={acceptsUnsigned}
        onChange={setAcceptsUnsigned}
      />
    </FormDialog>
  );
}
