"use client";

import { type FormEvent, useRef, useState } from "react";
import { LastDayField } from "@/components/sharing/last-day-field";
import { OutsideLimits, useOutsideLimits, WHY_NOT } from "@/components/sharing/outside-limits";
import { PersonBox } from "@/components/sharing/person-box";
import { isGroup, type Picked, PickedPerson } from "@/components/sharing/picked-person";
import { useSendShare } from "@/components/sharing/queries";
import { SecondFactorChoice } from "@/components/sharing/second-factor-choice";
import { WhoseAddress } from "@/components/sharing/whose-address";
import { endOfDay, ROLE_OPTIONS } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { NoticeLine } from "@/components/ui/notice-line";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { EntryView } from "@/lib/files/schema";

type ShareFormProps = {
  resource: Pick<EntryView, "id" | "name" | "kind">;
  person?: Picked | undefined;
  onShared?: (() => void) | undefined;
};

/** One box for the person; what else can be said appears once there is one. */
export function ShareForm({ resource, person: first, onShared }: ShareFormProps) {
  const [picked, setPicked] = useState<Picked | null>(first ?? null);
  const [role, setRole] = useState<"viewer" | "editor">("viewer");
  const [lastDay, setLastDay] = useState("");
  const [note, setNote] = useState("");
  const [needsSecondFactor, setNeedsSecondFactor] = useState(false);
  const [canReshare, setCanReshare] = useState(false);
  // A second click comes before the button is seen to be busy.
  const isSending = useRef(false);
  const { mutate: send, isPending, error, reset, data: sent } = useSendShare();
  const { isKnown, ...limits } = useOutsideLimits(picked);

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!picked || isSending.current) return;
    isSending.current = true;
    const what = { nodeId: resource.id, role, expiresAt: endOfDay(lastDay), note, needsSecondFactor, canReshare };
    send(
      { ...what, recipient: picked.recipient },
      {
        onSuccess: () => {
          setPicked(null);
          setNote("");
          setNeedsSecondFactor(false);
          setCanReshare(false);
          setLastDay("");
          onShared?.();
        },
        onSettled: () => {
          isSending.current = false;
        },
      },
    );
  }

  function pick(person: Picked | null) {
    reset();
    setNeedsSecondFactor(false);
    setPicked(person);
  }

  if (!picked) {
    return (
      <>
        <PersonBox what={resource.name} onPick={pick} />
        <p role="status" className="sr-only">
          {sent && `Shared with ${sent.recipientName}`}
        </p>
      </>
    );
  }
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <PickedPerson picked={picked} onRemove={() => pick(null)} />
      {picked.recipient.kind === "address" && (
        <WhoseAddress picked={picked} onChange={(recipient) => setPicked({ ...picked, recipient })} />
      )}
      <OutsideLimits {...limits} />
      {error && <NoticeLine tone="danger">{error.message}</NoticeLine>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Permission">
          <Select value={role} onChange={setRole} options={ROLE_OPTIONS} />
        </Field>
        <LastDayField value={lastDay} onChange={setLastDay} />
      </div>
      <Field label="Note" isOptional>
        <Textarea value={note} rows={2} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
      </Field>
      {!isGroup(picked) && (
        <Checkbox
          label="May be shared on"
          hint={`${picked.name} can have others get it as well. You see each of them, and can stop it.`}
          checked={canReshare}
          onChange={setCanReshare}
        />
      )}
      <SecondFactorChoice picked={picked} checked={needsSecondFactor} onChange={setNeedsSecondFactor} />
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p className="min-w-48 flex-1 text-muted text-sm">{promise(picked, resource.kind, role)}</p>
        <Button
          type="submit"
          variant="primary"
          isBusy={isPending}
          disabled={!isKnown || limits.whyNot !== null}
          aria-describedby={limits.whyNot === null ? undefined : WHY_NOT}
          data-testid="send-share"
        >
          Share
        </Button>
      </div>
    </form>
  );
}

/** What the other side can and cannot do with it, before it is sent. */
function promise(picked: Picked, kind: "file" | "folder", role: "viewer" | "editor"): string {
  const { provider } = picked;
  const what = kind === "folder" ? "This folder" : "This file";
  if (!provider && isGroup(picked)) {
    return `${what} stays in your files. Whoever is in the group, now or later, sees the same.`;
  }
  if (!provider) return `${what} stays in your files. Both of you see the same.`;
  const reach = role === "editor" ? "reads and changes it here" : "reads it here";
  return `${what} stays on your cloud; ${provider} ${reach}, until you end the share.`;
}
