import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { AppError, invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { changeReceivedShare, endReceivedShare, type SharedKey } from "@/lib/sharing/received/offer";
import { roleOf } from "@/lib/sharing/received/receive-share";
import { recordAcceptance, recordRefusal } from "@/lib/sharing/sent/record-answer";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Site } from "@/prisma/generated/client";

/** What comes with SHARE_CHANGE_PERMISSION. `expiration` in seconds since the epoch, 0 for never; absent: as it was. */
const PermissionChange = z.object({
  permissions: z.array(z.string().max(64)).min(1).max(32),
  expiration: z.int().nonnegative().max(8.64e12).optional(),
});

/**
 * Hears of a change of a share that both clouds know. Only the other party of that share is heard: `provider` is who
 * signed. Every notification may come twice.
 *
 * @throws SHARE_UNKNOWN (400), NOTIFICATION_INVALID (400), NOTIFICATION_UNSUPPORTED (501)
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
        return recordAcceptance(tx, await requireSent(tx, key));
      case "SHARE_DECLINED":
        return recordRefusal(tx, await requireSent(tx, key));
      case "SHARE_UNSHARED": {
        // From the sender: revoked. From the receiver, after acceptance: "equivalent to SHARE_DECLINED".
        const isReceived = await tx.receivedShare.count({ where: key });
        return isReceived ? endReceivedShare(tx, key) : recordRefusal(tx, await requireSent(tx, key));
      }
      case "SHARE_CHANGE_PERMISSION":
        return changePermission(tx, key, body);
      default:
        throw new AppError(501, "NOTIFICATION_UNSUPPORTED", "This kind of notification is not understood here.");
    }
  });
  logger("sharing").info({ notificationType, providerId, provider }, "notification received");
}

async function requireSent(tx: Tx, { siteId, provider, providerId }: SharedKey) {
  const which = { siteId, provider, id: providerId };
  if (!isId(providerId) || !(await tx.sentShare.count({ where: which }))) throw unknownShare();
  return which;
}

async function changePermission(tx: Tx, key: SharedKey, { notification }: OcmNotification): Promise<void> {
  const known = await tx.receivedShare.findUnique({ where: { siteId_provider_providerId: key } });
  if (!known) throw unknownShare();
  const change = PermissionChange.safeParse(notification);
  if (!change.success) throw invalid("NOTIFICATION_INVALID", "It does not say which permissions there are now.");
  const { permissions, expiration } = change.data;
  const expiresAt = expiration ? new Date(expiration * 1000) : null;
  await changeReceivedShare(tx, key, {
    role: roleOf(permissions),
    expiresAt: expiration === undefined ? known.expiresAt : expiresAt,
  });
}

const unknownShare = () => invalid("SHARE_UNKNOWN", "No such share is known between these clouds.");
