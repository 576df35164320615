import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { AppError, forbidden, invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import { decryptSecret, hashSecret, isSameHash } from "@/lib/core/secrets";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { changeReceivedShare, endReceivedShare, type SharedKey } from "@/lib/sharing/received/offer";
import { roleOf } from "@/lib/sharing/received/receive-share";
import { recordAcceptance, recordRefusal } from "@/lib/sharing/sent/record-answer";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { ReceivedShare, Site } from "@/prisma/generated/client";

/** What comes with SHARE_CHANGE_PERMISSION. `expiration` in seconds since the epoch, 0 for never; absent: as it was. */
const PermissionChange = z.object({
  permissions: z.array(z.string().max(64)).min(1).max(32),
  expiration: z.int().nonnegative().max(8.64e12).optional(),
});

/**
 * Hears of a change of a share that both clouds know. Only the other party of that share is heard: `provider` is who
 * signed, or knew the secret. Every notification may come twice.
 *
 * @throws SHARE_UNKNOWN, NOTIFICATION_INVALID (400), SHARED_SECRET_WRONG (403), NOTIFICATION_UNSUPPORTED (501)
 * @see OCM, "Share Acceptance Notification", "Share Deletion", "Share Updating"
 */
export async function receiveNotification(
  site: Site,
  provider: string,
  body: OcmNotification,
  remember: RememberAnswer,
): Promise<void> {
  const { notificationType, providerId } = body;
  const key = { siteId: site.id, provider, providerId };
  await db().$transaction(async (tx) => {
    await remember(tx, { status: 201, body: {} });
    switch (notificationType) {
      case "SHARE_ACCEPTED":
        return recordAcceptance(tx, await requireSent(tx, key, body));
      case "SHARE_DECLINED":
        return recordRefusal(tx, await requireSent(tx, key, body));
      case "SHARE_UNSHARED": {
        // From the sender: revoked. From the receiver, after acceptance: "equivalent to SHARE_DECLINED".
        const isReceived = await findReceived(tx, key, body);
        return isReceived ? endReceivedShare(tx, key) : recordRefusal(tx, await requireSent(tx, key, body));
      }
      case "SHARE_CHANGE_PERMISSION":
        return changePermission(tx, key, body);
      default:
        throw new AppError(501, "NOTIFICATION_UNSUPPORTED", "This kind of notification is not understood here.");
    }
  });
  logger("sharing").info({ notificationType, providerId, provider }, "notification received");
}

async function requireSent(tx: Tx, { siteId, provider, providerId }: SharedKey, body: OcmNotification) {
  const which = { siteId, provider, id: providerId };
  const share = isId(providerId) ? await tx.sentShare.findFirst({ where: which, select: { secretHash: true } }) : null;
  if (!share) throw unknownShare();
  requireSecret(body, share.secretHash);
  return which;
}

async function findReceived(tx: Tx, key: SharedKey, body: OcmNotification): Promise<ReceivedShare | null> {
  const share = await tx.receivedShare.findUnique({ where: { siteId_provider_providerId: key } });
  const secret = share?.secretEncrypted && decryptSecret("share-secret", share.secretEncrypted);
  requireSecret(body, secret ? hashSecret("share-secret", secret) : null);
  return share;
}

/** Whoever signs as the other party need not say the secret. One that is said must be it; of an ended share none is known. */
function requireSecret({ notification }: OcmNotification, knownHash: string | null): void {
  const said = notification?.sharedSecret ?? null;
  if (said === null || knownHash === null) return;
  if (typeof said === "string" && isSameHash(hashSecret("share-secret", said), knownHash)) return;
  throw forbidden("SHARED_SECRET_WRONG", "It does not name the secret of that share.");
}

async function changePermission(tx: Tx, key: SharedKey, body: OcmNotification): Promise<void> {
  const known = await findReceived(tx, key, body);
  if (!known) throw unknownShare();
  const change = PermissionChange.safeParse(body.notification);
  if (!change.success) throw invalid("NOTIFICATION_INVALID", "It does not say which permissions there are now.");
  const { permissions, expiration } = change.data;
  const expiresAt = expiration ? new Date(expiration * 1000) : null;
  await changeReceivedShare(tx, key, {
    role: roleOf(permissions),
    expiresAt: expiration === undefined ? known.expiresAt : expiresAt,
  });
}

const unknownShare = () => invalid("SHARE_UNKNOWN", "No such share is known between these clouds.");
