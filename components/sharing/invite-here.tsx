"use client";

import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useRef, useState } from "react";
import { InvitationDialog } from "@/components/invites/invitation-dialog";
import { useCreateInvite } from "@/components/invites/queries";
import { accountQuery } from "@/components/shell/queries";
import { Button, type ButtonProps } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import type { InviteView } from "@/lib/contacts/schema";

type InviteHereProps = Pick<ButtonProps, "variant" | "children"> & {
  /** For whom and what for: stands on the invite, so that one knows what to share once it is accepted. */
  note: string;
};

/** Makes an invite and shows it without leaving what one is at. */
export function InviteHere({ note, children, variant }: InviteHereProps) {
  const [invite, setInvite] = useState<InviteView | null>(null);
  const { mutate: create, isPending } = useCreateInvite();
  const isMaking = useRef(false);
  const { data: account } = useQuery(accountQuery);

  function make() {
    if (isMaking.current) return;
    isMaking.current = true;
    create(
      { note: note.slice(0, 200) },
      {
        onSuccess: setInvite,
        onError: toast.failed,
        onSettled: () => {
          isMaking.current = false;
        },
      },
    );
  }

  // Why not, the page of invites says.
  if (account?.outside.mayInvite === false) return null;
  return (
    <>
      <Button size="sm" variant={variant} isBusy={isPending} onClick={make}>
        <UserPlus aria-hidden />
        {children}
      </Button>
      {invite && <InvitationDialog invite={invite} onClose={() => setInvite(null)} />}
    </>
  );
}
