import type { z } from "zod";
import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { parseOcmAddress } from "@/lib/protocol/ocm/address";
import { refuse } from "@/lib/sharing/received/answer-share";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import type { BlockedSenderView, BlockSenderInput, UnblockInput } from "@/lib/sharing/schema";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * Takes no more offers from the sender of this one, or from anybody of that cloud who is no contact: they hear that
 * nobody has that address. What waits from them is declined.
 *
 * @throws SHARE_NOT_FOUND, SENDER_IS_HERE (409: it comes from this very cloud)
 */
export async function blockSender(user: UserPrincipal, id: string, { whom }: BlockSenderInput): Promise<void> {
  const { siteId, userId } = user;
  const offer = isId(id) ? await db().receivedShare.findFirst({ where: { siteId, id, receiverId: userId } }) : null;
  if (!offer) throw noSuchOffer();
  const { provider } = offer;
  if (!provider) throw conflict("SENDER_IS_HERE", "People of your own cloud cannot be blocked.");
  const { identifier } = parseOcmAddress(offer.sender);
  const blocked = whom === "cloud" ? { identifier: "" } : { identifier, name: offer.senderName };
  await db().$transaction(async (tx) => {
    const key = { siteId, userId, provider, identifier: blocked.identifier };
    const where = { siteId_userId_provider_identifier: key };
    await tx.blockedSender.upsert({ where, create: { ...key, ...blocked }, update: {} });
    await recordAudit(tx, siteId, {
      actor: `user:${userId}`,
      action: "sender-blocked",
      subject: provider,
      detail: { whom, receivedShareId: id },
    });
    const waiting = await tx.$queryRaw<ReceivedShare[]>`
      SELECT * FROM "ReceivedShare"
       WHERE "siteId" = ${siteId}::uuid AND "receiverId" = ${userId}::uuid AND provider = ${provider}
         AND state = 'pending' AND "contactId" IS NULL AND (${whom} = 'cloud' OR sender = ${offer.sender})
         FOR UPDATE`;
    for (const share of waiting) await refuse(tx, share);
  });
}

/** From whom a person takes no offers, the latest first. */
export async function listBlockedSenders({ siteId, userId }: UserPrincipal): Promise<BlockedSenderView[]> {
  const rows = await db().blockedSender.findMany({
    where: { siteId, userId },
    orderBy: { createdAt: "desc" },
    take: 500,
  });
  return rows.map(({ provider, identifier, name, createdAt }) => ({
    provider,
    identifier,
    name,
    createdAt: createdAt.toISOString(),
  }));
}

/** Takes offers of that sender, or of that cloud, again. */
export async function unblockSender(
  { siteId, userId }: UserPrincipal,
  { provider, identifier }: z.infer<typeof UnblockInput>,
): Promise<void> {
  await db().$transaction(async (tx) => {
    const { count } = await tx.blockedSender.deleteMany({ where: { siteId, userId, provider, identifier } });
    const detail = { whom: identifier === "" ? "cloud" : "person" };
    const entry = { actor: `user:${userId}`, action: "sender-unblocked", subject: provider, detail };
    if (count > 0) await recordAudit(tx, siteId, entry);
  });
}
