"use client";

import { EntryIcon } from "@/components/files/entry-icon";
import { nameOf } from "@/components/files/paths";
import { BlockMenu } from "@/components/sharing/block-menu";
import { usePointedAt } from "@/components/sharing/pointed-at";
import { useAcceptShare, useDeclineShare } from "@/components/sharing/queries";
import { RequestFacts } from "@/components/sharing/request-facts";
import { SecondFactorBadge } from "@/components/sharing/second-factor-badge";
import { SecondFactorOfOffer } from "@/components/sharing/second-factor-of-offer";
import { roleWords } from "@/components/sharing/words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { formatDate } from "@/components/ui/format";
import { NoticeLine } from "@/components/ui/notice-line";
import { Person } from "@/components/ui/person";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ReceivedShareView } from "@/lib/sharing/schema";

/** An offer: from whom, from which cloud, what, with which rights, and what they say to it. */
export function OfferCard({ share }: { share: ReceivedShareView }) {
  const accept = useAcceptShare();
  const decline = useDeclineShare();
  const isBusy = accept.isPending || decline.isPending;
  const { ref, className } = usePointedAt(share.id);
  const onError = toast.failed;
  const onSuccess = ({ path }: ReceivedShareView) => {
    toast(`“${path ? nameOf(path) : share.name}” is now in your files.`);
  };
  const take = (addContact: boolean) => accept.mutate({ id: share.id, addContact }, { onError, onSuccess });

  return (
    <li
      ref={ref}
      data-testid="offer"
      className={cn("flex flex-col gap-3 rounded-md border border-line-strong bg-surface p-4", className)}
    >
      <div className="flex items-start gap-3">
        <Person
          name={share.senderName}
          provider={share.provider}
          isVerified={share.isContactVerified}
          className="flex-1"
        />
        <Time iso={share.createdAt} className="whitespace-nowrap text-faint text-sm" />
      </div>
      {share.request && <RequestFacts share={share} request={share.request} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-sunken px-3 py-2.5">
        <EntryIcon entry={share} />
        <span className="min-w-0 flex-1 basis-40 break-words font-medium">{share.name}</span>
        <span className="flex items-center gap-2">
          <SecondFactorBadge share={share} />
          {share.groupName && <Badge>For {share.groupName}</Badge>}
          <Badge>{roleWords(share.role)}</Badge>
          {share.expiresAt && <Badge>until {formatDate(share.expiresAt, Date.now())}</Badge>}
        </span>
      </div>
      {share.note && (
        <p className="whitespace-pre-wrap break-words border-line-strong border-s-2 ps-3 text-muted">{share.note}</p>
      )}
      {share.needsSecondFactor && <SecondFactorOfOffer />}
      {share.isSuspended && (
        <NoticeLine tone="warning">
          Your administrator does not allow {share.provider} at present. You can accept this once it is allowed again.
        </NoticeLine>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {share.request && <BlockMenu share={share} />}
        <Button
          data-testid="decline"
          disabled={isBusy}
          isBusy={decline.isPending}
          onClick={() => decline.mutate(share.id, { onError })}
        >
          Decline
        </Button>
        {share.request && (
          <Button data-testid="accept-with-contact" disabled={isBusy || share.isSuspended} onClick={() => take(true)}>
            Accept and add to contacts
          </Button>
        )}
        <Button
          data-testid="accept"
          variant="primary"
          disabled={isBusy || share.isSuspended}
          isBusy={accept.isPending}
          onClick={() => take(false)}
        >
          Accept
        </Button>
      </div>
    </li>
  );
}
