"use client";

import { useState } from "react";
import { KindChoice } from "@/components/admin/kind-choice";
import { SIGNATURES } from "@/components/admin/provider-words";
import { useSetManners } from "@/components/admin/queries";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { DIALECT_NAMES, DialectName } from "@/lib/trust/dialects/schema";
import { type ProviderView, SignatureName } from "@/lib/trust/schema";

const SHOWN = "shown";

/** How a cloud is dealt with where its own description does not tell it. */
export function ProviderManners({ provider, onClose }: { provider: ProviderView; onClose: () => void }) {
  const [dialect, setDialect] = useState<DialectName | typeof SHOWN>(
    DialectName.safeParse(provider.chosenDialect).data ?? SHOWN,
  );
  const [signature, setSignature] = useState<SignatureName | typeof SHOWN>(provider.chosenSignature ?? SHOWN);
  const [acceptsUnsigned, setAcceptsUnsigned] = useState(provider.acceptsUnsigned);
  const [mustInvite, setMustInvite] = useState(provider.mustInvite);
  const [mustExchange, setMustExchange] = useState(provider.mustExchange);
  const [refusedKinds, setRefusedKinds] = useState(provider.refusedKinds);
  const update = useSetManners();
  const told = provider.chosenDialect ? "As it shows" : `As it shows (${provider.dialect ?? "not known yet"})`;
  const options = DialectName.options.map((value) => ({ value, label: DIALECT_NAMES[value] }));
  const signatures = SignatureName.options.map((value) => ({ value, label: SIGNATURES[value] }));
  const present = provider.chosenSignature ? null : provider.signature;
  const shown = present ? `Automatic (${SIGNATURES[present]})` : "Automatic";

  function save() {
    // Only what was changed: to say again that unsigned messages are taken is a decision of its own.
    const isDecided = acceptsUnsigned !== provider.acceptsUnsigned;
    const policies = { mustInvite, mustExchange, refusedKinds };
    const chosen = { dialect: dialect === SHOWN ? null : dialect, signature: signature === SHOWN ? null : signature };
    const manners = { ...policies, ...(isDecided && { acceptsUnsigned }), ...chosen };
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
      <Field label="Signature of what it gets" hint="Change it if this cloud does not believe what comes from here.">
        <Select value={signature} onChange={setSignature} options={[{ value: SHOWN, label: shown }, ...signatures]} />
      </Field>
      <Checkbox
        label="Take messages that it does not sign"
        hint="For clouds that cannot sign. Anybody could write in its name: what it offers waits as a request until the person accepts it. Once it signs, this ends."
        checked={acceptsUnsigned}
        onChange={setAcceptsUnsigned}
      />
      <Checkbox
        label="Only between people who accepted an invite"
        hint="New shares with anybody else there are refused, in both directions."
        checked={mustInvite}
        onChange={setMustInvite}
      />
      <Checkbox
        label="Only shares whose secret alone opens nothing"
        hint="Whoever intercepts such a secret gets nothing with it. Older clouds cannot do that; new shares with them are refused."
        checked={mustExchange}
        onChange={setMustExchange}
      />
      <KindChoice refused={refusedKinds} onChange={setRefusedKinds} />
    </FormDialog>
  );
}
