import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { lastsBeyond } from "@/lib/core/expiry";
import { lastExpiry } from "@/lib/identity/outside";
import { notify } from "@/lib/notices/notices";
import { inBatches } from "@/lib/sharing/internal/in-batches";
import { changeTerms } from "@/lib/sharing/sent/branches";
import { endSentShares } from "@/lib/sharing/sent/end-sent-shares";
import { tellCutBranches } from "@/lib/sharing/sent/tell-cut-branches";
import { getSite } from "@/lib/sites/sites";
import type { Prisma } from "@/prisma/generated/client";

// What the policies of a site do with the shares that exist. Who may share outside and how long: those are cut.

type Cut = { ends: Prisma.SentShareWhereInput; shortens: Prisma.SentShareWhereInput; last: Date | null };
const NONE: Prisma.SentShareWhereInput = { id: { in: [] } };

/** The shares with other clouds that the policies, as they stand in this transaction, do not allow; what ends is not shortened. */
export async function forbiddenShares(tx: Tx, siteId: string): Promise<Cut> {
  const { whoShares, longestShareDays } = await tx.site.findUniqueOrThrow({ where: { id: siteId } });
  const isCurrent = lastsBeyond();
  const live = {
    siteId,
    provider: { not: "" },
    revokedAt: null,
    answer: { not: "declined" as const },
    AND: [isCurrent],
  };
  const isChosen = { memberships: { some: { group: { mayShare: true } } } };
  const last = longestShareDays === null ? null : lastExpiry(longestShareDays);
  const isLonger = last && lastsBeyond(last);
  const ends = { everyone: NONE, members: { ...live, sender: { NOT: isChosen } }, nobody: live }[whoShares];
  const allowed = { everyone: live, members: { ...live, sender: isChosen }, nobody: NONE }[whoShares];
  return { ends, shortens: isLonger ? { ...allowed, AND: [isCurrent, isLonger] } : NONE, last };
}

/** Ends or shortens them; other clouds are told, and so is whoever shared. For the worker, after a change of the policies. */
export async function cutForbiddenShares({ siteId }: { siteId: string }): Promise<void> {
  const found = await db().$transaction(async (tx) => {
    const { ends, shortens } = await forbiddenShares(tx, siteId);
    const ids = { select: { id: true } };
    return {
      ends: await tx.sentShare.findMany({ where: ends, ...ids }),
      shortens: await tx.sentShare.findMany({ where: shortens, ...ids }),
    };
  });
  // The policies may have changed again: what is forbidden is judged anew each time.
  await inBatches(found.ends, async (tx, id) => {
    const { ends } = await forbiddenShares(tx, siteId);
    const ended = await endSentShares(tx, siteId, { AND: [ends], id });
    await tellCutBranches(tx, ended);
    await tell(tx, siteId, ended, "ended");
  });
  await inBatches(found.shortens, async (tx, id) => {
    const { shortens, last } = await forbiddenShares(tx, siteId);
    const shares = await tx.sentShare.findMany({ where: { AND: [shortens], siteId, id } });
    for (const share of shares) await changeTerms(tx, share, { expiresAt: last });
    await tell(tx, siteId, shares, "shortened");
  });
}

async function tell(tx: Tx, siteId: string, shares: { senderId: string }[], what: "ended" | "shortened") {
  const { name } = await getSite(siteId);
  for (const senderId of new Set(shares.map((share) => share.senderId))) {
    const { length } = shares.filter((share) => share.senderId === senderId);
    const about = { name, provider: "", ended: 0, shortened: 0, [what]: length };
    await notify(tx, siteId, senderId, "shares-cut", about, ["shares-sent"]);
  }
  if (shares.length === 0) return;
  const fact = { actor: "system", action: "shares-cut", subject: `site:${siteId}`, detail: { [what]: shares.length } };
  await recordAudit(tx, siteId, fact);
}
