"use client";

import { useQuery } from "@tanstack/react-query";
import type { Picked } from "@/components/sharing/picked-person";
import { abilitiesQuery } from "@/components/sharing/queries";
import { accountQuery } from "@/components/shell/queries";
import { NoticeLine } from "@/components/ui/notice-line";
import type { AccountView } from "@/lib/identity/schema";
import type { SecondFactorRule } from "@/lib/sharing/schema";

type Limits = { whyNot: string | null; mostDays: number | null };

/** The id of the sentence, for the button that cannot be pressed. */
export const WHY_NOT = "why-not-shared";

/**
 * Why one may not share with whoever is picked, and how long one may, by the policies of the own cloud. `isKnown` once
 * that has been asked.
 */
export function useOutsideLimits(picked: Picked | null): Limits & { isKnown: boolean } {
  const { data: account } = useQuery(accountQuery);
  const asked = useQuery({ ...abilitiesQuery(picked?.provider ?? ""), enabled: picked !== null });
  const isKnown = !asked.isLoading;
  if (!picked?.provider || !account) return { whyNot: null, mostDays: null, isKnown };
  const { longestShareDays: mostDays } = account.outside;
  return { whyNot: whyNotShared(picked, account.outside, asked.data?.secondFactor), mostDays, isKnown };
}

function whyNotShared(
  { provider, recipient }: Picked,
  { mayShare, allowsAddresses }: AccountView["outside"],
  secondFactor: SecondFactorRule | undefined,
): string | null {
  if (!mayShare) return "The policies of your cloud do not let you share with people on other clouds.";
  if (recipient.kind !== "contact" && !allowsAddresses) {
    return "On your cloud one shares with contacts only. Invite this person first.";
  }
  if (secondFactor !== "impossible") return null;
  return `Your cloud shares only where a second factor is asked for, which ${provider} does not promise.`;
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
