"use client";

import { type FormEvent, useState } from "react";
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

  function submit(event: FormEvent) {
    event.preventDefault();
    preview.mutate(text);
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Accept an invite"
      description={preview.data ? undefined : "Paste the link, the code, or the whole message that you got."}
    >
      {preview.data ? (
        <InviteQuestion preview={preview.data} onDecline={onClose} />
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
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
          <Button
            type="submit"
            variant="primary"
            isBusy={preview.isPending}
            className="self-start"
            data-testid="invite-look"
          >
            Continue
          </Button>
        </form>
      )}
    </Dialog>
  );
}
