"use client";

import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useRef, useState } from "react";
import { AcceptDialog } from "@/components/invites/accept-dialog";
import { InvitationDialog } from "@/components/invites/invitation-dialog";
import { InviteList } from "@/components/invites/invite-list";
import { MayNotInvite, WHY_NO_INVITES } from "@/components/invites/may-not-invite";
import { useCreateInvite } from "@/components/invites/queries";
import { accountQuery } from "@/components/shell/queries";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { toast } from "@/components/ui/toast";
import type { InviteView } from "@/lib/contacts/schema";

/** Invite someone in one click, accept an invite, and see what became of mine. */
export function InvitesScreen() {
  const [shown, setShown] = useState<InviteView | null>(null);
  const [isAccepting, setAccepting] = useState(false);
  const create = useCreateInvite();
  const { data: account } = useQuery(accountQuery);
  const mayInvite = account?.outside.mayInvite ?? true;

  // A second click comes before the button is seen to be busy.
  const isMaking = useRef(false);

  function inviteSomeone() {
    if (isMaking.current) return;
    isMaking.current = true;
    create.mutate(
      { note: "" },
      {
        onSuccess: setShown,
        onError: toast.failed,
        onSettled: () => {
          isMaking.current = false;
        },
      },
    );
  }

  const inviteButton = (
    <Button
      variant="primary"
      onClick={inviteSomeone}
      isBusy={create.isPending}
      disabled={!mayInvite}
      aria-describedby={mayInvite ? undefined : WHY_NO_INVITES}
      data-testid="invite-someone"
    >
      <Send aria-hidden />
      Invite someone
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Invites"
        description="An invite connects you with one person on another cloud."
        actions={
          <>
            <Button onClick={() => setAccepting(true)} data-testid="accept-an-invite">
              Accept an invite
            </Button>
            {inviteButton}
          </>
        }
      />
      {!mayInvite && <MayNotInvite />}
      <InviteList onShow={setShown} />
      {shown && <InvitationDialog invite={shown} onClose={() => setShown(null)} />}
      {isAccepting && <AcceptDialog onClose={() => setAccepting(false)} />}
    </>
  );
}
