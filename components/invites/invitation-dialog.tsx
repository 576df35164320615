"use client";

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { InviteQr } from "@/components/invites/invite-qr";
import { useMailInvite, useNoteInvite } from "@/components/invites/queries";
import { SpokenInvite } from "@/components/invites/spoken-invite";
import { isOnLocalhost } from "@/components/local-cloud";
import { accountQuery } from "@/components/shell/queries";
import { Button } from "@/components/ui/button";
import { CopyField } from "@/components/ui/copy-field";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { NoticeLine } from "@/components/ui/notice-line";
import { Tabs } from "@/components/ui/tabs";
import { toast } from "@/components/ui/toast";
import type { InviteView } from "@/lib/contacts/schema";

type InvitationDialogProps = { invite: InviteView; onClose: () => void };

/** One waiting invite in every form in which it can be handed on. */
export function InvitationDialog({ invite, onClose }: InvitationDialogProps) {
  const [note, setNote] = useState(invite.note);
  const { mutate: save } = useNoteInvite();
  const { data: account } = useQuery(accountQuery);
  if (!invite.invitation) return null;
  const { link, code, mailText } = invite.invitation;

  const tabs = [
    { value: "link", label: "Link", content: <CopyField label="Link" text={link} testId="invite-link" /> },
    { value: "code", label: "Code", content: <CopyField label="Code" text={code} testId="invite-code" /> },
    { value: "words", label: "Words", content: <SpokenInvite inviteId={invite.id} /> },
    { value: "qr", label: "QR code", content: <InviteQr link={link} /> },
    {
      value: "mail",
      label: "Mail",
      content: (
        <div className="flex flex-col gap-4">
          {account?.canMail && <MailForm inviteId={invite.id} />}
          <CopyField label="Text to send" text={mailText} testId="invite-mail" isMultiline />
        </div>
      ),
    },
  ];
  // What was typed is kept however one goes on; the same again changes nothing.
  const keepNote = () => save({ id: invite.id, note }, { onError: toast.failed });
  function close() {
    if (note.trim() !== invite.note) keepNote();
    onClose();
  }
  return (
    <Dialog
      isOpen
      onClose={close}
      title="Your invite is ready"
      description="Send it to one person, in whichever form suits. It works once."
      footer={
        <Button variant="primary" onClick={close}>
          Done
        </Button>
      }
    >
      {isOnLocalhost(link) && (
        <NoticeLine tone="warning" className="mb-4">
          It works with clouds on this machine only: others cannot reach yours at {new URL(link).host}.
        </NoticeLine>
      )}
      <Tabs tabs={tabs} aria-label="Forms of the invite" />
      <Field
        label="For whom?"
        hint="Only you see this: it tells your invites apart."
        isOptional
        className="mt-5 border-t pt-4"
      >
        <Input
          value={note}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => setNote(event.target.value)}
          onBlur={() => note.trim() !== invite.note && keepNote()}
          data-testid="invite-note"
        />
      </Field>
    </Dialog>
  );
}

function MailForm({ inviteId }: { inviteId: string }) {
  const [to, setTo] = useState("");
  const mail = useMailInvite();

  function submit(event: FormEvent) {
    event.preventDefault();
    mail.mutate({ id: inviteId, to });
  }

  if (mail.isSuccess) return <NoticeLine>The invite is on its way to {to}.</NoticeLine>;
  return (
    <form onSubmit={submit} className="flex items-end gap-2">
      <Field label="Send it for me" error={mail.error?.message} className="flex-1">
        <Input
          type="email"
          placeholder="bob@example.org"
          value={to}
          onChange={(event) => setTo(event.target.value)}
          required
        />
      </Field>
      <Button type="submit" isBusy={mail.isPending}>
        Send
      </Button>
    </form>
  );
}
