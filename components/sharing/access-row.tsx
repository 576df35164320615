"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { ExpiryButton } from "@/components/sharing/expiry-button";
import { useUpdateShare } from "@/components/sharing/queries";
import { RevokeDialog } from "@/components/sharing/revoke-dialog";
import { SentState } from "@/components/sharing/sent-state";
import { ROLE_OPTIONS } from "@/components/sharing/words";
import { IconButton } from "@/components/ui/icon-button";
import { Person } from "@/components/ui/person";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import type { SentShareView } from "@/lib/sharing/schema";

export function AccessRow({ share }: { share: SentShareView }) {
  const [isRevoking, setRevoking] = useState(false);
  const { mutate: update } = useUpdateShare();
  const isOver = share.state === "expired" || share.state === "declined";

  function change(fields: { role?: "viewer" | "editor"; expiresAt?: string | null }) {
    update({ id: share.id, ...fields }, { onError: (error) => toast.error(error.message) });
  }

  return (
    <li data-testid="access-row" className="flex flex-col gap-1 py-2.5">
      <div className="flex items-center gap-2">
        <Person name={share.recipientName} provider={share.provider} className="flex-1" />
        {!isOver && (
          <Select
            look="plain"
            aria-label={`Permission of ${share.recipientName}`}
            value={share.role}
            onChange={(role) => change({ role })}
            options={ROLE_OPTIONS}
          />
        )}
        <IconButton label={`Stop sharing with ${share.recipientName}`} size="sm" onClick={() => setRevoking(true)}>
          <X />
        </IconButton>
      </div>
      <div className="flex flex-wrap items-center gap-x-2 ps-12">
        <SentState share={share} />
        {share.state !== "declined" && (
          <ExpiryButton
            name={share.recipientName}
            expiresAt={share.expiresAt}
            onChange={(expiresAt) => change({ expiresAt })}
          />
        )}
      </div>
      {isRevoking && <RevokeDialog share={share} onClose={() => setRevoking(false)} />}
    </li>
  );
}
