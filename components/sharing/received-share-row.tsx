"use client";

import { CloudOff } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { hrefOf, nameOf } from "@/components/files/paths";
import { LeaveDialog } from "@/components/sharing/leave-dialog";
import { usePointedAt } from "@/components/sharing/pointed-at";
import { roleWords } from "@/components/sharing/words";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { formatDate } from "@/components/ui/format";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { ReceivedShareView } from "@/lib/sharing/schema";

const HOUR = 3_600_000;

export function ReceivedShareRow({ share }: { share: ReceivedShareView }) {
  const [isLeaving, setLeaving] = useState(false);
  const pointedAt = usePointedAt(share.id);
  return (
    <ListRow
      {...pointedAt}
      data-testid="received-share"
      end={
        <>
          {share.expiresAt && <Badge>until {formatDate(share.expiresAt, Date.now())}</Badge>}
          <Badge>{roleWords(share.role)}</Badge>
          <Button size="sm" variant="ghost" onClick={() => setLeaving(true)}>
            Leave…
          </Button>
        </>
      }
    >
      <div className="flex items-center gap-3">
        <EntryIcon entry={share} className="size-6" />
        <div className="min-w-0">
          {share.path ? (
            <Link href={hrefOf(share.path, share.kind)} className="block truncate font-medium hover:underline">
              {nameOf(share.path)}
            </Link>
          ) : (
            <span className="block truncate font-medium">{share.name}</span>
          )}
          <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted text-sm">
            <Avatar name={share.senderName} size="xs" />
            <span className="truncate">{share.senderName}</span>
            {share.provider && <CloudBadge provider={share.provider} />}
          </p>
          {share.failure && (
            <p className="mt-1 flex items-start gap-1.5 text-sm text-warning-text">
              <CloudOff aria-hidden className="mt-0.5 size-4 shrink-0" />
              <span>
                {share.failure}
                {share.reachedAt && Date.now() - Date.parse(share.reachedAt) > HOUR && (
                  <>
                    {" "}
                    It last answered <Time iso={share.reachedAt} />.
                  </>
                )}
              </span>
            </p>
          )}
        </div>
      </div>
      {isLeaving && <LeaveDialog receivedShareId={share.id} onClose={() => setLeaving(false)} />}
    </ListRow>
  );
}
