import { db, type Tx } from "@/lib/core/db";
import { forbidden } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { decryptSecret, hashSecret, isSameHash } from "@/lib/core/secrets";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import type { HeardKey, SharedKey } from "@/lib/sharing/received/offer";
import { hearReshareAnswer } from "@/lib/sharing/received/reshare-answer";
import { hearReshareCut } from "@/lib/sharing/received/reshare-cut";
import type { Reshare } from "@/prisma/generated/client";

// Older clouds answer what they are asked to share on with a token, and tell of it under the id that we gave for it.

/** Whether this is an id of ours under which that cloud was asked to share something on. */
export async function isAsked({ siteId, provider, providerId: id }: SharedKey): Promise<boolean> {
  return isId(id) && (await db().reshare.count({ where: { siteId, id, receivedShare: { provider } } })) > 0;
}

/**
 * Hears of somebody who has a received share through one of ours, from the owner's cloud, under the id that we gave for
 * that: that he accepted, declined, or has it no more.
 *
 * @throws SHARED_SECRET_WRONG (403)
 */
export async function hearAsked(
  tx: Tx,
  { siteId, provider, providerId: id, proof }: HeardKey,
  message: OcmNotification,
) {
  const { notificationType, notification } = message;
  const found = await tx.reshare.findFirst({
    where: { siteId, id, receivedShare: { provider } },
    include: { receivedShare: { select: { providerId: true } } },
  });
  if (!found || !isToken(found, notification?.sharedSecret)) {
    throw forbidden("SHARED_SECRET_WRONG", "It does not name the secret of that share.");
  }
  const { shareWith, receivedShare } = found;
  const key = { siteId, provider, providerId: receivedShare.providerId, proof };
  if (notificationType === "RESHARE_UNDO") await hearReshareCut(tx, key, shareWith);
  else {
    const answer = notificationType === "SHARE_ACCEPTED" ? "accepted" : "declined";
    await hearReshareAnswer(tx, key, { shareWith, answer });
  }
}

/** The owner's cloud of what one of ours shared on, by the token that it gave; null if that is another. */
export async function ownerOfToken(siteId: string, id: string, token: string): Promise<string | null> {
  const include = { receivedShare: { select: { provider: true } } };
  const found = await db().reshare.findFirst({ where: { siteId, id }, include });
  return found && isToken(found, token) ? found.receivedShare.provider : null;
}

function isToken({ tokenEncrypted }: Pick<Reshare, "tokenEncrypted">, said: unknown): boolean {
  if (tokenEncrypted === null || typeof said !== "string") return false;
  const known = decryptSecret("share-secret", tokenEncrypted);
  return isSameHash(hashSecret("branch", known), hashSecret("branch", said));
}
