"use client";

import { type FormEvent, useId, useState } from "react";
import { InviteQuestion } from "@/components/invites/invite-question";
import { usePreviewInvite } from "@/components/invites/queries";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";

/** Takes anything pasted that contains an invite, and asks before the yes. */
export function AcceptDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const preview = usePreviewInvite();
  const id = useId();

  function submit(event: FormEvent) {
    event.preventDefault();
    preview.mutate(text);
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Accept an invite"
      description={
        preview.data
          ? undefined
          : "Paste the link, the code or the whole message that you got, or type the words that you heard."
      }
      footer={
        !preview.data && (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" form={id} variant="primary" isBusy={preview.isPending} data-testid="invite-look">
              Continue
            </Button>
          </>
        )
      }
    >
      {preview.data ? (
        <InviteQuestion preview={preview.data} onDecline={onClose} />
      ) : (
        <form id={id} onSubmit={submit}>
          <Field label="Invite" error={preview.error?.message}>
            <Textarea
              value={text}
              onChange={(event) => setText(event.target.value)}
              rows={4}
              autoFocus
              required
              spellCheck={false}
              data-testid="invite-text"
            />
          </Field>
        </form>
      )}
    </Dialog>
  );
}
