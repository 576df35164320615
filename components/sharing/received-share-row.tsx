"use client";

import { CloudOff, Pause } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { hrefOf, nameOf } from "@/components/files/paths";
import { LeaveDialog } from "@/components/sharing/leave-dialog";
import { usePointedAt } from "@/components/sharing/pointed-at";
import { useAskForShare } from "@/components/sharing/queries";
import { SecondFactorBadge } from "@/components/sharing/second-factor-badge";
import { UntoldAnswer } from "@/components/sharing/untold-answer";
import { roleWords } from "@/components/sharing/words";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { formatDate } from "@/components/ui/format";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import { VerifiedMark } from "@/components/ui/verified-mark";
import type { ReceivedShareView } from "@/lib/sharing/schema";

const HOUR = 3_600_000;

export function ReceivedShareRow({ share }: { share: ReceivedShareView }) {
  const [isLeaving, setLeaving] = useState(false);
  const pointedAt = usePointedAt(share.id);
  const ask = useAskForShare();
  const canAsk = share.role === "viewer" && !share.groupName && share.isFromContact && !share.isSuspended;
  const askToEdit = () =>
    ask.mutate(
      { receivedShareId: share.id },
      {
        onSuccess: () => toast(`${share.senderName} is asked. You hear of it when you may edit “${share.name}”.`),
        onError: toast.failed,
      },
    );
  return (
    <ListRow
      {...pointedAt}
      data-testid="received-share"
      end={
        <>
          {share.isSuspended && (
            <Badge tone="warning" icon={Pause}>
              Suspended
            </Badge>
          )}
          {share.expiresAt && <Badge>until {formatDate(share.expiresAt, Date.now())}</Badge>}
          <SecondFactorBadge share={share} />
          {share.groupName && <Badge>For {share.groupName}</Badge>}
          <Badge>{roleWords(share.role)}</Badge>
          <span className="flex gap-2">
            {canAsk && (
              <Button size="sm" variant="ghost" isBusy={ask.isPending} onClick={askToEdit} className="max-sm:-ms-2.5">
                Ask to edit
              </Button>
            )}
            <Button size="sm" variant="ghost" onClick={() => setLeaving(true)}>
              Leave…
            </Button>
          </span>
        </>
      }
    >
      <div className="flex items-center gap-3">
        <EntryIcon entry={share} className="size-6" />
        <div className="min-w-0">
          {share.path && !share.isSuspended ? (
            <Link href={hrefOf(share.path, share.kind)} className="block truncate font-medium hover:underline">
              {nameOf(share.path)}
            </Link>
          ) : (
            <span className="block truncate font-medium">{share.path ? nameOf(share.path) : share.name}</span>
          )}
          <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted text-sm">
            <Avatar name={share.senderName} size="xs" />
            <span className="truncate">{share.senderName}</span>
            {share.isContactVerified && <VerifiedMark />}
            {share.provider && <CloudBadge provider={share.provider} />}
          </p>
          {share.isSuspended ? (
            <p className="mt-1 text-sm text-warning-text">
              Your administrator does not allow {share.provider} at present. It opens again once that is allowed.
            </p>
          ) : (
            <LastFailure share={share} />
          )}
          <UntoldAnswer share={share} />
        </div>
      </div>
      {isLeaving && (
        <LeaveDialog
          receivedShareId={share.id}
          name={share.path ? nameOf(share.path) : share.name}
          senderName={share.senderName}
          onClose={() => setLeaving(false)}
        />
      )}
    </ListRow>
  );
}

/** Why it could not be opened the last time, and since when. */
function LastFailure({ share: { failure, reachedAt } }: { share: ReceivedShareView }) {
  if (!failure) return null;
  return (
    <p className="mt-1 flex items-start gap-1.5 text-sm text-warning-text">
      <CloudOff aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        {failure}
        {reachedAt && Date.now() - Date.parse(reachedAt) > HOUR && (
          <>
            {" "}
            It last answered <Time iso={reachedAt} />.
          </>
        )}
      </span>
    </p>
  );
}
