"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { PersonBox } from "@/components/sharing/person-box";
import { isGroup, type Picked, PickedPerson } from "@/components/sharing/picked-person";
import { resharesQuery, useEndReshare, useReshare, useUpdateReshare } from "@/components/sharing/queries";
import { SecondFactorNeeded } from "@/components/sharing/second-factor-needed";
import { ROLE_OPTIONS } from "@/components/sharing/words";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { NoticeLine } from "@/components/ui/notice-line";
import { Person } from "@/components/ui/person";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { SourceView } from "@/lib/drive/schema";
import type { ReshareView } from "@/lib/sharing/schema";

type ReshareDialogProps = { name: string; source: SourceView; onClose: () => void };

/** Has whoever shares it give it to others as well. */
export function ReshareDialog({ name, source, onClose }: ReshareDialogProps) {
  const { receivedShareId, senderName } = source;
  const [picked, setPicked] = useState<Picked | null>(null);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Share “${name}” on`}
      description={`It stays with ${senderName}, who sees with whom you share it and can stop that.`}
      testId="reshare-dialog"
    >
      {picked ? (
        <ReshareForm picked={picked} source={source} onDone={() => setPicked(null)} />
      ) : (
        <PersonBox what={name} takes={(found) => !isGroup(found)} onPick={setPicked} />
      )}
      <Reshares receivedShareId={receivedShareId} role={source.role} />
    </Dialog>
  );
}

/** Nobody gives more than he has. */
const rolesUpTo = (role: SourceView["role"]) =>
  ROLE_OPTIONS.filter(({ value }) => value === "viewer" || role === "editor");

type ReshareFormProps = { picked: Picked; source: SourceView; onDone: () => void };

function ReshareForm({ picked, source, onDone }: ReshareFormProps) {
  const [role, setRole] = useState<"viewer" | "editor">("viewer");
  const share = useReshare(source.receivedShareId);
  const options = rolesUpTo(source.role);

  function submit() {
    const { recipient } = picked;
    if (recipient.kind !== "group") share.mutate({ recipient, role }, { onSuccess: onDone });
  }

  return (
    <div className="flex flex-col gap-4">
      <PickedPerson picked={picked} onRemove={onDone} />
      {picked.recipient.kind === "contact" && (
        <p className="text-muted text-sm">
          {source.senderName} gets the address of {picked.name} from you, and {picked.name} is told that.
        </p>
      )}
      {source.needsSecondFactor && (
        <SecondFactorNeeded>
          It opens only after {picked.name} has confirmed with more than the password, as it does for you.
        </SecondFactorNeeded>
      )}
      {share.error && <NoticeLine tone="danger">{share.error.message}</NoticeLine>}
      <Field label="Permission">
        <Select value={role} onChange={setRole} options={options} />
      </Field>
      <Button
        variant="primary"
        className="self-end"
        isBusy={share.isPending}
        onClick={submit}
        data-testid="send-reshare"
      >
        Share
      </Button>
    </div>
  );
}

const RESHARE_STATES: Record<ReshareView["state"], { label: string; tone: Tone }> = {
  asked: { label: "Queued", tone: "neutral" },
  delivered: { label: "Waiting for an answer", tone: "neutral" },
  accepted: { label: "Accepted", tone: "success" },
  declined: { label: "Declined", tone: "warning" },
  unreached: { label: "Not delivered", tone: "danger" },
};

function Reshares({ receivedShareId, role }: { receivedShareId: string; role: SourceView["role"] }) {
  const { data: reshares = [] } = useQuery(resharesQuery(receivedShareId));
  const end = useEndReshare(receivedShareId);
  const update = useUpdateReshare(receivedShareId);
  const onError = toast.failed;
  if (reshares.length === 0) return null;
  return (
    <>
      <h3 className="mt-6 mb-2 font-medium text-muted text-sm">Shared on by you</h3>
      <ul className="divide-y border-y">
        {reshares.map((reshare) => (
          <li key={reshare.id} data-testid="reshare" className="flex items-center gap-3 py-2">
            <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
              <Person
                name={reshare.name}
                provider={reshare.shareWith.slice(reshare.shareWith.lastIndexOf("@") + 1)}
                size="sm"
                className="flex-1 basis-40"
              />
              <Badge tone={RESHARE_STATES[reshare.state].tone}>{RESHARE_STATES[reshare.state].label}</Badge>
            </div>
            <Select
              look="plain"
              aria-label={`Permission of ${reshare.name}`}
              value={reshare.role}
              onChange={(chosen) => update.mutate({ id: reshare.id, role: chosen }, { onError })}
              options={rolesUpTo(role)}
            />
            <IconButton
              label={`Stop sharing with ${reshare.name}`}
              size="sm"
              onClick={() => end.mutate(reshare.id, { onError })}
            >
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
    </>
  );
}
