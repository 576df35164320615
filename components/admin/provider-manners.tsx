"use client";

import { useState } from "react";
import { KindChoice } from "@/components/admin/kind-choice";
import { PolicyChoice } from "@/components/admin/policy-choice";
import { SIGNATURES } from "@/components/admin/provider-words";
import { useSetManners } from "@/components/admin/queries";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
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
  const [needsSecondFactor, setNeedsSecondFactor] = useState(provider.needsSecondFactor);
  const [refusedKinds, setRefusedKinds] = useState(provider.refusedKinds);
  const namedHosts = provider.webdavHosts.join(", ");
  const [webdavHosts, setWebdavHosts] = useState(namedHosts);
  const update = useSetManners();
  const told = provider.chosenDialect ? "As it shows" : `As it shows (${provider.dialect ?? "not known yet"})`;
  const options = DialectName.options.map((value) => ({ value, label: DIALECT_NAMES[value] }));
  const signatures = SignatureName.options.map((value) => ({ value, label: SIGNATURES[value] }));
  const present = provider.chosenSignature ? null : provider.signature;
  const shown = present ? `Automatic (${SIGNATURES[present]})` : "Automatic";

  function save() {
    // Only what was changed: to say again that unsigned messages are taken, or where files lie, is a decision of its own.
    const isDecided = acceptsUnsigned !== provider.acceptsUnsigned;
    const hosts = webdavHosts.split(/[\s,]+/).filter((host) => host !== "");
    const places = webdavHosts !== namedHosts && { webdavHosts: hosts };
    const policies = { mustInvite, mustExchange, needsSecondFactor, refusedKinds, ...places };
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
      <PolicyChoice
        label="Messages that it does not sign"
        hint="For clouds that cannot sign. Anybody could write in its name: what it offers waits as a request until the person accepts it. Once it signs, this ends."
        words={{ yes: "Are taken", no: "Are refused" }}
        value={acceptsUnsigned}
        onChange={setAcceptsUnsigned}
      />
      <Checkbox
        label="Only between people who accepted an invite"
        hint="New shares with anybody else there are refused, in both directions."
        checked={mustInvite}
        onChange={setMustInvite}
      />
      <PolicyChoice
        label="Shares whose secret alone opens them"
        hint="Whoever intercepts such a secret has the share. Older clouds cannot do without; if they are refused, so are new shares with those."
        words={{ yes: "Are refused", no: "Are let pass" }}
        value={mustExchange}
        onChange={setMustExchange}
      />
      <PolicyChoice
        label="Second factor for shares with it"
        hint="New shares open only for people who have shown one, on both sides. A cloud that does not promise to ask for it gets none."
        words={{ yes: "Is needed", no: "Is not needed" }}
        value={needsSecondFactor}
        onChange={setNeedsSecondFactor}
      />
      <KindChoice refused={refusedKinds} onChange={setRefusedKinds} />
      <Field
        label="Other hosts of its files"
        hint="If it keeps what it shares at another host than its own, name that: with a comma between several. What opens such a share is sent there as well. Elsewhere nothing of it is opened."
        isOptional
      >
        <Input
          value={webdavHosts}
          onChange={(event) => setWebdavHosts(event.target.value)}
          placeholder="files.example.org"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
    </FormDialog>
  );
}
