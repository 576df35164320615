import { db } from "@/lib/core/db";
import { lastsBeyond } from "@/lib/core/expiry";
import type { UserPrincipal } from "@/lib/core/principal";

/** How many contacts and shares of people here a decision on another cloud concerns. */
export type ProviderTies = { contacts: number; shares: number };

/** What is between the people of a site and another cloud: contacts, and shares that give access, both ways. */
export async function countTies({ siteId }: UserPrincipal, provider: string): Promise<ProviderTies> {
  const isCurrent = lastsBeyond();
  const [contacts, sent, received] = await Promise.all([
    db().contact.count({ where: { siteId, provider, removedAt: null } }),
    db().sentShare.count({
      where: { siteId, provider, revokedAt: null, answer: { not: "declined" }, ...isCurrent },
    }),
    db().receivedShare.count({ where: { siteId, provider, state: { in: ["pending", "accepted"] }, ...isCurrent } }),
  ]);
  return { contacts, shares: sent + received };
}
