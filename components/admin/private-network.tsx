"use client";

import { useState } from "react";
import { useSetPrivateNetwork } from "@/components/admin/queries";
import { TriedOnProvider, useTriedOnProvider } from "@/components/admin/tried-on-provider";
import { fieldError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import type { ProviderView } from "@/lib/trust/schema";

/** Where a cloud may live that has no public address: for those who run the installation. */
export function PrivateNetwork({ provider }: { provider: ProviderView }) {
  const [isChanging, setChanging] = useState(false);
  const { privateNetwork } = provider;
  return (
    <Section title="Private network" description="What the sites of this installation may not decide themselves.">
      <p>
        {privateNetwork
          ? `Its name may lead to addresses in ${privateNetwork}, over https.`
          : "Its name may lead to public addresses only."}
      </p>
      <Button className="mt-3" onClick={() => setChanging(true)}>
        {privateNetwork ? "Change…" : "Allow a private network…"}
      </Button>
      {isChanging && <Change provider={provider} onClose={() => setChanging(false)} />}
    </Section>
  );
}

function Change({ provider: { provider, privateNetwork }, onClose }: { provider: ProviderView; onClose: () => void }) {
  const update = useSetPrivateNetwork();
  const tried = useTriedOnProvider();
  function save(form: FormData) {
    const network = String(form.get("privateNetwork")).trim() || null;
    const onSuccess = () => {
      toast("Saved.");
      onClose();
    };
    tried.first(privateNetwork !== null && { domain: provider, privateNetwork: network }, () =>
      update.mutate({ provider, privateNetwork: network }, { onSuccess }),
    );
  }
  return (
    <FormDialog
      title={`Where ${provider} may live`}
      submitLabel="Save"
      error={tried.error ?? update.error}
      isBusy={tried.isBusy || update.isPending}
      onSubmit={save}
      onClose={onClose}
    >
      <PrivateNetworkField value={privateNetwork} error={fieldError(update.error, "privateNetwork")} />
      <TriedOnProvider tried={tried} />
    </FormDialog>
  );
}

export function PrivateNetworkField({ value, error }: { value: string | null; error: string | undefined }) {
  return (
    <Field
      label="Private network"
      hint="An address or a range such as 10.1.2.0/24. Only this name may lead there, only over https with a valid certificate, and only for this site. Empty: public addresses only."
      error={error}
    >
      <Input name="privateNetwork" defaultValue={value ?? ""} placeholder="10.1.2.0/24" spellCheck={false} />
    </Field>
  );
}
