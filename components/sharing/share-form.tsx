"use client";

import { type FormEvent, useRef, useState } from "react";
import { formError } from "@/components/api";
import { LastDayField } from "@/components/sharing/last-day-field";
import { PersonBox } from "@/components/sharing/person-box";
import { type Picked, PickedPerson } from "@/components/sharing/picked-person";
import { useSendShare } from "@/components/sharing/queries";
import { SecondFactorChoice } from "@/components/sharing/second-factor-choice";
import { endOfDay, ROLE_OPTIONS } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { NoticeLine } from "@/components/ui/notice-line";
import { Select } from "@/components/ui/select";
import { Textarea } from "@/components/ui/textarea";
import type { EntryView } from "@/lib/files/schema";

/** One box for the person; what else can be said appears once there is one. */
export function ShareForm({ resource }: { resource: Pick<EntryView, "id" | "name" | "kind"> }) {
  const [picked, setPicked] = useState<Picked | null>(null);
  const [role, setRole] = useState<"viewer" | "editor">("viewer");
  const [lastDay, setLastDay] = useState("");
  const [note, setNote] = useState("");
  const [needsSecondFactor, setNeedsSecondFactor] = useState(false);
  // A second click comes before the button is seen to be busy.
  const isSending = useRef(false);
  const { mutate: send, isPending, error, reset, data: sent } = useSendShare();

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (!picked || isSending.current) return;
    isSending.current = true;
    const what = { nodeId: resource.id, role, expiresAt: endOfDay(lastDay), note, needsSecondFactor };
    send(
      { ...what, recipient: picked.recipient },
      {
        onSuccess: () => {
          setPicked(null);
          setNote("");
          setNeedsSecondFactor(false);
          setLastDay("");
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
        <NoticeLine>You are not connected with this person. It only arrives if the address is exact.</NoticeLine>
      )}
      {error && <NoticeLine tone="danger">{formError(error) ?? error.message}</NoticeLine>}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Permission">
          <Select value={role} onChange={setRole} options={ROLE_OPTIONS} />
        </Field>
        <LastDayField value={lastDay} onChange={setLastDay} />
      </div>
      <Field label="Note" isOptional>
        <Textarea value={note} rows={2} maxLength={1000} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <SecondFactorChoice picked={picked} checked={needsSecondFactor} onChange={setNeedsSecondFactor} />
      <div className="flex flex-wrap items-center justify-end gap-3">
        <p className="min-w-48 flex-1 text-muted text-sm">{promise(picked, resource.kind, role)}</p>
        <Button type="submit" variant="primary" isBusy={isPending} data-testid="send-share">
          Share
        </Button>
      </div>
    </form>
  );
}

/** What the other side can and cannot do with it, before it is sent. */
function promise({ provider }: Picked, kind: "file" | "folder", role: "viewer" | "editor"): string {
  const what = kind === "folder" ? "This folder" : "This file";
  if (!provider) return `${what} stays in your files. Both of you see the same.`;
  const reach = role === "editor" ? "reads and changes it here" : "reads it here";
  return `${what} stays on your cloud; ${provider} ${reach}, until you end the share.`;
}
