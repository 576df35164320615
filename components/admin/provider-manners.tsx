"use client";

import { useState } from "react";
import { KindChoice } from "@/components/admin/kind-choice";
import { PolicyChoice } from "@/components/admin/policy-choice";
import { SIGNATURES } from "@/components/admin/provider-words";
import { useSetManners } from "@/components/admin/queries";
import { TriedOnProvider, useTriedOnProvider } from "@/components/admin/tried-on-provider";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { DIALECT_NAMES, DialectName } from "@/lib/trust/dialects/schema";
import { type ProviderManners as Decided, type ProviderView, SignatureName } from "@/lib/trust/schema";

const SHOWN = "shown";

/** As they stand in the form: the hosts as one types them. */
type Manners = Omit<Decided, "webdavHosts"> & { webdavHosts: string };

const mannersOf = (provider: ProviderView): Manners => ({
  dialect: DialectName.safeParse(provider.chosenDialect).data ?? null,
  signature: provider.chosenSignature ?? null,
  acceptsUnsigned: provider.acceptsUnsigned,
  mustInvite: provider.mustInvite,
  mustExchange: provider.mustExchange,
  needsSecondFactor: provider.needsSecondFactor,
  refusedKinds: provider.refusedKinds,
  webdavHosts: provider.webdavHosts.join(", "),
});

/**
 * Only what was changed here: another administrator may have decided the rest meanwhile, and to say again that unsigned
 * messages are taken, or where files lie, is a decision of its own.
 */
function changesOf(before: Manners, after: Manners): Partial<Decided> {
  const hosts = after.webdavHosts.split(/[\s,]+/).filter((host) => host !== "");
  const changed = Object.entries({ ...after, webdavHosts: hosts }).filter(([name]) => {
    const key = name as keyof Manners;
    return JSON.stringify(before[key]) !== JSON.stringify(after[key]);
  });
  return Object.fromEntries(changed);
}

/** How a cloud is dealt with where its own description does not tell it. */
export function ProviderManners({ provider, onClose }: { provider: ProviderView; onClose: () => void }) {
  const [before] = useState(() => mannersOf(provider));
  const [manners, setManners] = useState(before);
  const set = (change: Partial<Manners>) => setManners((present) => ({ ...present, ...change }));
  const update = useSetManners();
  const tried = useTriedOnProvider();
  const told = provider.chosenDialect ? "As it shows" : `As it shows (${provider.dialect ?? "not known yet"})`;
  const options = DialectName.options.map((value) => ({ value, label: DIALECT_NAMES[value] }));
  const signatures = SignatureName.options.map((value) => ({ value, label: SIGNATURES[value] }));
  const present = provider.chosenSignature ? null : provider.signature;
  const shown = present ? `Automatic (${SIGNATURES[present]})` : "Automatic";

  function save() {
    const changes = changesOf(before, manners);
    if (Object.keys(changes).length === 0) return onClose();
    const onSuccess = () => {
      toast("Saved.");
      onClose();
    };
    const { webdavHosts } = changes;
    tried.first(webdavHosts && { domain: provider.provider, webdavHosts }, () =>
      update.mutate({ provider: provider.provider, ...changes }, { onSuccess }),
    );
  }
  return (
    <FormDialog
      title={`How to deal with ${provider.provider}`}
      submitLabel="Save"
      error={tried.error ?? update.error}
      isBusy={tried.isBusy || update.isPending}
      onSubmit={save}
      onClose={onClose}
    >
      <Field label="Spoken to as" hint="What it describes itself as is right nearly always.">
        <Select
          value={manners.dialect ?? SHOWN}
          onChange={(value: DialectName | typeof SHOWN) => set({ dialect: value === SHOWN ? null : value })}
          options={[{ value: SHOWN, label: told }, ...options]}
        />
      </Field>
      <Field label="Signature of what it gets" hint="Change it if this cloud does not believe what comes from here.">
        <Select
          value={manners.signature ?? SHOWN}
          onChange={(value: SignatureName | typeof SHOWN) => set({ signature: value === SHOWN ? null : value })}
          options={[{ value: SHOWN, label: shown }, ...signatures]}
        />
      </Field>
      <PolicyChoice
        label="Messages that it does not sign"
        hint="For clouds that cannot sign. Anybody could write in its name: what it offers waits as a request until the person accepts it. Once it signs, this ends."
        words={{ yes: "Are taken", no: "Are refused" }}
        value={manners.acceptsUnsigned}
        onChange={(acceptsUnsigned) => set({ acceptsUnsigned })}
      />
      <Checkbox
        label="Only between people who accepted an invite"
        hint="New shares with anybody else there are refused, in both directions."
        checked={manners.mustInvite}
        onChange={(mustInvite) => set({ mustInvite })}
      />
      <PolicyChoice
        label="Shares whose secret alone opens them"
        hint="Whoever intercepts such a secret has the share. Older clouds cannot do without; if they are refused, so are new shares with those."
        words={{ yes: "Are refused", no: "Are let pass" }}
        value={manners.mustExchange}
        onChange={(mustExchange) => set({ mustExchange })}
      />
      <PolicyChoice
        label="Second factor for shares with it"
        hint="New shares open only for people who have shown one, on both sides. A cloud that does not promise to ask for it gets none."
        words={{ yes: "Is needed", no: "Is not needed" }}
        value={manners.needsSecondFactor}
        onChange={(needsSecondFactor) => set({ needsSecondFactor })}
      />
      <KindChoice refused={manners.refusedKinds} onChange={(refusedKinds) => set({ refusedKinds })} />
      <Field
        label="Other hosts of its files"
        hint="If it keeps what it shares at another host than its own, name that: with a comma between several. What opens such a share is sent there as well. Elsewhere nothing of it is opened."
        isOptional
      >
        <Input
          value={manners.webdavHosts}
          onChange={(event) => set({ webdavHosts: event.target.value })}
          placeholder="files.example.org"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <TriedOnProvider tried={tried} />
    </FormDialog>
  );
}
