"use client";

import { Users } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { hrefOf } from "@/components/files/paths";
import { usePointedAt } from "@/components/sharing/pointed-at";
import { RevokeDialog } from "@/components/sharing/revoke-dialog";
import { SentRemedy, SentState } from "@/components/sharing/sent-state";
import { ShareDialog } from "@/components/sharing/share-dialog";
import { isOver, roleWords } from "@/components/sharing/words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { formatDate } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Person } from "@/components/ui/person";
import type { SentShareView } from "@/lib/sharing/schema";

export function SentShareRow({ share }: { share: SentShareView }) {
  const [dialog, setDialog] = useState<"share" | "revoke" | null>(null);
  const close = () => setDialog(null);
  const pointedAt = usePointedAt(share.id);
  // Stopped, and its cloud is still being told.
  const goesByItself = share.state === "revoked" && !share.untold?.hasGivenUp;
  return (
    <ListRow
      {...pointedAt}
      data-testid="sent-share"
      end={
        <div className="flex min-w-0 flex-wrap items-center gap-2 md:min-w-76 md:justify-end">
          <SentRemedy share={share} />
          {!isOver(share) && <Badge>{roleWords(share.role)}</Badge>}
          {share.nodeId && (
            <IconButton label={`Who has access to ${share.name}`} size="sm" onClick={() => setDialog("share")}>
              <Users />
            </IconButton>
          )}
          {!goesByItself && (
            <Button size="sm" variant="ghost" onClick={() => setDialog("revoke")}>
              {isOver(share) ? "Remove…" : "Stop sharing…"}
            </Button>
          )}
        </div>
      }
    >
      <div className="grid items-start gap-x-4 gap-y-2 md:grid-cols-2">
        <div className="flex min-w-0 items-start gap-3">
          <EntryIcon entry={share} className="mx-0.5 mt-2 size-6" />
          <div className="min-w-0">
            {share.path ? (
              <Link href={hrefOf(share.path, share.kind)} className="block truncate font-medium hover:underline">
                {share.name}
              </Link>
            ) : (
              <span className="block truncate font-medium">{share.name || "Deleted for good"}</span>
            )}
            <div className="flex flex-wrap items-center gap-2">
              <SentState share={share} />
              {share.expiresAt && (
                <span className="text-faint text-sm">until {formatDate(share.expiresAt, Date.now())}</span>
              )}
            </div>
          </div>
        </div>
        <Person
          name={share.recipientName}
          provider={share.provider}
          isGroup={share.isToGroup}
          isVerified={share.isContactVerified}
          size="sm"
        />
      </div>
      {dialog === "revoke" && <RevokeDialog share={share} onClose={close} />}
      {dialog === "share" && share.nodeId && (
        <ShareDialog resource={{ id: share.nodeId, name: share.name, kind: share.kind }} onClose={close} />
      )}
    </ListRow>
  );
}
