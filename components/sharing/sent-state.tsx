"use client";

import { InviteHere } from "@/components/sharing/invite-here";
import { useRetryShare } from "@/components/sharing/queries";
import { RetryButton } from "@/components/sharing/retry-button";
import { SecondFactorBadge } from "@/components/sharing/second-factor-badge";
import { holdsWords, isOfferedAgain, isOver, sentStateWords } from "@/components/sharing/words";
import { Badge } from "@/components/ui/badge";
import type { SentShareView } from "@/lib/sharing/schema";

/** How far a share has come, and below it why no further. */
export function SentState({ share }: { share: SentShareView }) {
  const { label, tone, icon } = sentStateWords(share);
  return (
    <span className="flex min-w-0 flex-col items-start gap-0.5">
      <span className="flex flex-wrap gap-1">
        <Badge tone={tone} icon={icon}>
          {label}
        </Badge>
        <SecondFactorBadge share={share} />
      </span>
      {isResting(share) && (
        <span className="text-muted text-sm">Your administrator does not allow {share.provider} at present.</span>
      )}
      {isOfferedAgain(share) && (
        <span className="text-muted text-sm">
          Their cloud takes no change of a share, so {share.recipientName} has to accept it once more.
        </span>
      )}
      {isStuck(share) && (
        <span className="text-muted text-sm">
          {share.untold?.failure} {holdsWords(share)}
        </span>
      )}
    </span>
  );
}

/**
 * What helps a share that has not come through: another try, or an invite where there is nobody to be reached. Nothing
 * where the other cloud takes no changes.
 */
export function SentRemedy({ share }: { share: SentShareView }) {
  const retry = useRetryShare();
  if (!isStuck(share) || share.takesNoChanges) return null;
  if (share.state === "failed" && share.isNobodyThere) {
    return <InviteHere note={`${share.recipientName}, to share “${share.name}”`}>Invite instead</InviteHere>;
  }
  return <RetryButton shareId={share.id} retry={retry} />;
}

const isResting = (share: SentShareView) => share.isSuspended && !isOver(share);

const isStuck = (share: SentShareView) => Boolean(share.untold?.failure) && !isResting(share);
