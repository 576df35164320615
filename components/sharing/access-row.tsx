"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { ExpiryButton } from "@/components/sharing/expiry-button";
import { useUpdateShare } from "@/components/sharing/queries";
import { RevokeDialog } from "@/components/sharing/revoke-dialog";
import { SentRemedy, SentState } from "@/components/sharing/sent-state";
import { isOver, ROLE_OPTIONS } from "@/components/sharing/words";
import { IconButton } from "@/components/ui/icon-button";
import { Person } from "@/components/ui/person";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { SentShareView } from "@/lib/sharing/schema";

export function AccessRow({ share }: { share: SentShareView }) {
  const [isRevoking, setRevoking] = useState(false);
  const { mutate: update } = useUpdateShare();
  const over = isOver(share);

  function change(fields: { role?: "viewer" | "editor"; expiresAt?: string | null }) {
    update({ id: share.id, ...fields }, { onError: toast.failed });
  }

  return (
    <li data-testid="access-row" className="flex flex-col gap-1 py-2.5">
      <div className="flex items-center gap-2">
        <Person
          name={share.recipientName}
          provider={share.provider}
          isGroup={share.isToGroup}
          isVerified={share.isContactVerified}
          className="flex-1"
        />
        {!over && (
          <Select
            look="plain"
            aria-label={`Permission of ${share.recipientName}`}
            value={share.role}
            onChange={(role) => change({ role })}
            options={ROLE_OPTIONS}
          />
        )}
        <IconButton
          label={`${over ? "Remove" : "Stop sharing with"} ${share.recipientName}`}
          size="sm"
          onClick={() => setRevoking(true)}
        >
          <X />
        </IconButton>
      </div>
      <div className="flex items-start justify-between gap-x-3 ps-12">
        <span className="flex min-w-0 flex-col">
          <SentState share={share} />
          {share.resharedBy && <span className="text-faint text-sm">Shared on by {share.resharedBy}</span>}
        </span>
        <span className="flex shrink-0 items-center gap-1">
          <SentRemedy share={share} />
          {(!over || share.state === "expired") && (
            <ExpiryButton
              name={share.recipientName}
              expiresAt={share.expiresAt}
              onChange={(expiresAt) => change({ expiresAt })}
            />
          )}
        </span>
      </div>
      {isRevoking && <RevokeDialog share={share} onClose={() => setRevoking(false)} />}
    </li>
  );
}
