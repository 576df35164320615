"use client";

import { useRevokeInvite } from "@/components/invites/queries";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { InviteView } from "@/lib/contacts/schema";

const STATES: Record<InviteView["state"], { label: string; tone: Tone }> = {
  waiting: { label: "Waiting", tone: "accent" },
  used: { label: "Used", tone: "success" },
  expired: { label: "Expired", tone: "neutral" },
  revoked: { label: "Revoked", tone: "neutral" },
};

export function InviteRow({ invite, onShow }: { invite: InviteView; onShow: () => void }) {
  const revoke = useRevokeInvite();
  const state = STATES[invite.state];

  function revokeIt() {
    revoke.mutate(invite.id, {
      onSuccess: () => toast("The invite is revoked. Whoever has it can no longer use it."),
      onError: toast.failed,
    });
  }

  return (
    <ListRow
      data-testid="invite-row"
      end={
        <>
          <Badge tone={state.tone}>{state.label}</Badge>
          {invite.state === "waiting" && (
            <>
              <Button size="sm" onClick={onShow}>
                Show again
              </Button>
              <Button size="sm" variant="ghost" onClick={revokeIt} isBusy={revoke.isPending}>
                Revoke
              </Button>
            </>
          )}
        </>
      }
    >
      <p className="truncate font-medium">{invite.usedBy?.displayName ?? (invite.note || "An invite")}</p>
      <p className="flex min-w-0 flex-wrap gap-x-2 text-muted text-sm">
        {invite.usedBy && <CloudBadge provider={invite.usedBy.provider} />}
        <span>
          {invite.usedBy ? "made" : "Made"} <Time iso={invite.createdAt} />
          {invite.state === "waiting" && (
            <>
              {" · works until "}
              <Time iso={invite.expiresAt} />
            </>
          )}
          {invite.usedBy && invite.note && ` · for ${invite.note}`}
        </span>
      </p>
    </ListRow>
  );
}
