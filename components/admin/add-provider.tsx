"use client";

import { useState } from "react";
import { PrivateNetworkField } from "@/components/admin/private-network";
import { ProviderDetails } from "@/components/admin/provider-details";
import { useAddProvider, useUpdateProvider } from "@/components/admin/queries";
import { TriedOnProvider, useTriedOnProvider } from "@/components/admin/tried-on-provider";
import { ApiError, fieldError } from "@/components/api";
import { Button } from "@/components/ui/button";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormDialog } from "@/components/ui/form-dialog";
import { Input } from "@/components/ui/input";
import { RadioGroup } from "@/components/ui/radio-group";
import { toast } from "@/components/ui/toast";
import type { ProviderView } from "@/lib/trust/schema";

type Standing = "listed" | "blocked";
const STANDINGS = [
  { value: "listed", label: "Trust it", hint: "It is asked at once what it can do, and shown." },
  { value: "blocked", label: "Block it", hint: "It is not asked. Nothing passes between it and people here." },
] as const;

/** Trusted, it is discovered on the spot, and what it tells of itself is shown; blocked, it need not even exist. */
export function AddProvider({ isMainSite, onClose }: { isMainSite: boolean; onClose: () => void }) {
  const [standing, setStanding] = useState<Standing>("listed");
  const [isPrivate, setPrivate] = useState(false); // once said of an address, the field stays
  const add = useAddProvider();
  const tried = useTriedOnProvider();
  if (add.data?.standing === "listed") return <Discovered provider={add.data} onClose={onClose} />;

  function submit(form: FormData) {
    const domain = String(form.get("domain"));
    const privateNetwork = String(form.get("privateNetwork") ?? "").trim();
    tried.first(standing === "blocked" && { domain, standing }, () => save(domain, privateNetwork));
  }

  function save(domain: string, privateNetwork: string) {
    add.mutate(
      { domain, standing, ...(privateNetwork && { privateNetwork }) },
      {
        onError: (error) => concernsPrivate(error) && setPrivate(true),
        onSuccess: (added) => {
          if (added.standing !== "blocked") return;
          toast(`${added.provider} is blocked.`);
          onClose();
        },
      },
    );
  }

  return (
    <FormDialog
      title="Add a provider"
      submitLabel={standing === "listed" ? "Add" : "Block"}
      error={tried.error ?? (add.error && explain(add.error, isMainSite))}
      isBusy={add.isPending || tried.isBusy}
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
      {isMainSite && standing === "listed" && isPrivate && (
        <PrivateNetworkField value={null} error={fieldError(add.error, "privateNetwork")} />
      )}
      <RadioGroup aria-label="What to do with it" value={standing} onChange={setStanding} options={STANDINGS} />
      {standing === "blocked" && <TriedOnProvider tried={tried} press="Block" />}
    </FormDialog>
  );
}

function Discovered({ provider, onClose }: { provider: ProviderView; onClose: () => void }) {
  const update = useUpdateProvider();
  const distrust = () =>
    update.mutate({ provider: provider.provider, standing: "unlisted" }, { onSuccess: onClose, onError: toast.failed });

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`${provider.name ?? provider.provider} is trusted now`}
      description="This is what it says of itself. Compare the key with its administrator if it matters."
      footer={
        <>
          <Button isBusy={update.isPending} onClick={distrust}>
            Do not trust it
          </Button>
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      <CloudBadge provider={provider.provider} />
      <ProviderDetails provider={provider} isOpen />
    </Dialog>
  );
}

/** An administrator can do something about an address that we do not reach on purpose. */
function explain(error: Error, isMainSite: boolean): Error {
  if (!(error instanceof ApiError) || error.code !== "PEER_ADDRESS_REFUSED") return error;
  const allowing = isMainSite ? " If it is meant to be there, name its private network." : "";
  return new Error(
    `This is an address in a private network. The settings of this server do not allow it (OUTBOUND_EXCEPTIONS).${allowing}`,
  );
}

const concernsPrivate = (error: Error): boolean =>
  error instanceof ApiError && ["PEER_ADDRESS_REFUSED", "PRIVATE_NETWORK_INVALID"].includes(error.code);
