"use client";

import { useQuery } from "@tanstack/react-query";
import type { Picked } from "@/components/sharing/picked-person";
import { accountQuery } from "@/components/shell/queries";
import { NoticeLine } from "@/components/ui/notice-line";

type Limits = { whyNot: string | null; mostDays: number | null };
const NONE: Limits = { whyNot: null, mostDays: null };

/** The id of the sentence, for the button that cannot be pressed. */
export const WHY_NOT = "why-not-shared";

/** Why one may not share with whoever is picked, and how long one may, by the policies of the own cloud. */
export function useOutsideLimits(picked: Picked | null): Limits {
  const { data: account } = useQuery(accountQuery);
  if (!picked?.provider || !account) return NONE;
  const { mayShare, allowsAddresses, longestShareDays: mostDays } = account.outside;
  if (!mayShare) {
    return { whyNot: "The policies of your cloud do not let you share with people on other clouds.", mostDays };
  }
  if (picked.recipient.kind === "contact" || allowsAddresses) return { whyNot: null, mostDays };
  return { whyNot: "On your cloud one shares with contacts only. Invite this person first.", mostDays };
}

export function OutsideLimits({ whyNot, mostDays }: Limits) {
  if (whyNot) {
    return (
      <NoticeLine tone="warning">
        <span id={WHY_NOT}>{whyNot}</span>
      </NoticeLine>
    );
  }
  if (mostDays === null) return null;
  return (
    <NoticeLine>
      With another cloud a share ends after {mostDays === 1 ? "a day" : `${mostDays} days`} at the latest.
    </NoticeLine>
  );
}
