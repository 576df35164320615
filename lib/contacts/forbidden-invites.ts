import { recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { touchTopic } from "@/lib/notices/live";
import type { Prisma } from "@/prisma/generated/client";
import { spent } from "./invites";

/** Invites that wait, of people who may not make any as the policies of the site stand in this transaction. */
export async function forbiddenInvites(tx: Tx, siteId: string): Promise<Prisma.InviteWhereInput | null> {
  const { whoInvites } = await tx.site.findUniqueOrThrow({ where: { id: siteId } });
  if (whoInvites === "everyone") return null;
  const waiting = { siteId, tokenHash: { not: null }, usedAt: null, revokedAt: null, expiresAt: { gt: new Date() } };
  if (whoInvites === "nobody") return waiting;
  return { ...waiting, inviter: { memberships: { none: { group: { mayInvite: true } } } } };
}

/** Revokes them, in the transaction that changes the policies. */
export async function revokeForbiddenInvites(tx: Tx, siteId: string): Promise<void> {
  const where = await forbiddenInvites(tx, siteId);
  const invites = where ? await tx.invite.findMany({ where }) : [];
  for (const invite of invites) {
    const { id, tokenHash } = invite;
    const data = { ...spent(invite), revokedAt: new Date() };
    const { count } = await tx.invite.updateMany({ where: { siteId, id, tokenHash }, data });
    if (count > 0)
      await recordAudit(tx, siteId, { actor: "system", action: "invite-revoked", subject: `invite:${id}` });
  }
  await touchTopic(tx, siteId, [...new Set(invites.map(({ inviterId }) => inviterId))], "invites");
}
