import { z } from "zod";
import { receiveRemoval, unknownContact } from "@/lib/contacts/remove-contact";
import { db, type Tx } from "@/lib/core/db";
import { AppError, forbidden, invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { Heard } from "@/lib/core/proof";
import { decryptSecret, hashSecret, isSameHash } from "@/lib/core/secrets";
import { type OcmNotification, ShareRequestMessage } from "@/lib/protocol/ocm/wire";
import { receiveReshare } from "@/lib/sharing/receive-reshare";
import { changeReceivedShare } from "@/lib/sharing/received/change-received-share";
import { endReceivedShare } from "@/lib/sharing/received/end-received-share";
import { hearAsked, isAsked } from "@/lib/sharing/received/hear-asked";
import { hearContents } from "@/lib/sharing/received/known/watch-share";
import type { HeardKey, SharedKey } from "@/lib/sharing/received/offer";
import { roleOf } from "@/lib/sharing/received/receive-share";
import { hearReshareAnswer } from "@/lib/sharing/received/reshare-answer";
import { receiveShareRequest } from "@/lib/sharing/requests/receive-share-request";
import type { AskedBranch } from "@/lib/sharing/sent/asked-branches";
import { calledSo } from "@/lib/sharing/sent/provider-id";
import { recordAcceptance, recordRefusal } from "@/lib/sharing/sent/record-answer";
import { recordWatch } from "@/lib/sharing/sent/tell-contents";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { ReceivedShare, Site } from "@/prisma/generated/client";

/** What comes with SHARE_CHANGE_PERMISSION. `expiration` in seconds since the epoch, 0 for never; absent: as it was. */
const PermissionChange = z.object({
  permissions: z.array(z.string().max(64)).min(1).max(32),
  expiration: z.int().nonnegative().max(8.64e12).optional(),
});

/** What comes with RESHARE_ANSWERED. */
const AnsweredReshare = z.object({
  shareWith: z.string().max(1024),
  answer: z.enum(["pending", "accepted", "declined", "unreached"]),
});

type Sender = Heard & { isVerified: boolean };

/** What the owner's cloud may say of what one of ours shared on. */
const ABOUT_ASKED = ["SHARE_ACCEPTED", "SHARE_DECLINED", "RESHARE_UNDO"];
const RESHARES = ["REQUEST_RESHARE", "RESHARE_CHANGE_PERMISSION", "RESHARE_UNDO"];

/**
 * Hears of a change of a share that both clouds know, or of the end of a contact. Only the other party is heard: the
 * peer is who signed, or knew the share's secret. Every notification may come twice. Returns what it is answered.
 *
 * @throws SHARE_UNKNOWN, CONTACT_UNKNOWN, NOTIFICATION_INVALID (400), SHARED_SECRET_WRONG (403),
 *   NOTIFICATION_UNSUPPORTED (501)
 * @see OCM, "Share Acceptance Notification", "Share Deletion", "Share Updating"
 */
export async function receiveNotification(
  site: Site,
  peer: Sender,
  body: OcmNotification,
  remember: RememberAnswer,
): Promise<object> {
  const { provider, isVerified, proof } = peer;
  const { notificationType, providerId } = body;
  if (notificationType === "REQUEST_SHARE") {
    await receiveRequest(site, peer, body, remember);
    return {};
  }
  const key = { siteId: site.id, provider, providerId };
  const isOfAsked = ABOUT_ASKED.includes(notificationType) && (await isAsked(key));
  const isReshare = RESHARES.includes(notificationType) && !isOfAsked;
  const reshare = isReshare ? await receiveReshare({ siteId: site.id, provider, proof }, body) : null;
  let made: AskedBranch | null = null;
  await db().$transaction(async (tx) => {
    // Whoever repeats a request to the letter is not told the token again.
    await remember(tx, { status: 201, body: {} });
    if (reshare) {
      made = await reshare(tx);
      return;
    }
    if (isOfAsked) return hearAsked(tx, { ...key, proof }, body);
    switch (notificationType) {
      case "SHARE_ACCEPTED":
        return recordAcceptance(tx, { ...(await requireSent(tx, key, body)), proof });
      case "SHARE_DECLINED":
        return recordRefusal(tx, { ...(await requireSent(tx, key, body)), proof });
      case "SHARE_UNSHARED": {
        // From the sender: revoked. From the receiver, after acceptance: "equivalent to SHARE_DECLINED".
        const isReceived = await findReceived(tx, key, body);
        if (isReceived) return endReceivedShare(tx, { ...key, proof });
        return recordRefusal(tx, { ...(await requireSent(tx, key, body)), proof });
      }
      case "RESHARE_ANSWERED":
        return hearAnswer(tx, { ...key, proof }, { isVerified }, body);
      case "SHARE_CHANGE_PERMISSION":
        return changePermission(tx, { ...key, proof }, body);
      case "SHARE_WATCH": {
        if (!isVerified) throw unknownShare();
        return recordWatch(tx, await requireSent(tx, key, body), body);
      }
      case "SHARE_CONTENT_CHANGED":
        if (!isVerified || !(await hearContents(tx, key, body))) throw unknownShare();
        return;
      case "USER_REMOVED":
        // A secret opens one share; whoever has it does not speak for its sender.
        if (!isVerified) throw unknownContact();
        return receiveRemoval(tx, site.id, peer, body);
      default:
        throw new AppError(501, "NOTIFICATION_UNSUPPORTED", "This kind of notification is not understood here.");
    }
  });
  logger("sharing").info({ notificationType, providerId, provider }, "notification received");
  return made ?? {};
}

/** The message of `/request-share` in another wrapping, which may name the thing by its `providerId` alone. */
async function receiveRequest(site: Site, peer: Sender, body: OcmNotification, remember: RememberAnswer) {
  if (!peer.isVerified) throw unknownContact();
  const { notification, providerId } = body;
  const request = ShareRequestMessage.safeParse({ share: { providerId }, ...notification });
  if (!request.success) throw invalid("NOTIFICATION_INVALID", "It does not say who asks whom, and for what.");
  await receiveShareRequest(site, peer, request.data, remember);
}

async function requireSent(tx: Tx, { siteId, provider, providerId }: SharedKey, body: OcmNotification) {
  const where = { siteId, provider, ...calledSo(providerId) };
  const share = isId(providerId) ? await tx.sentShare.findFirst({ where }) : null;
  if (!share) throw unknownShare();
  requireSecret(body, share.secretHash);
  return { siteId, provider, id: share.id, as: { offeredAs: share.offeredAs } };
}

async function findReceived(
  tx: Tx,
  { siteId, provider, providerId }: SharedKey,
  body: OcmNotification,
): Promise<ReceivedShare | null> {
  // What a group was offered has several rows, with one secret.
  const share = await tx.receivedShare.findFirst({ where: { siteId, provider, providerId } });
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

async function changePermission(tx: Tx, { proof, ...key }: HeardKey, body: OcmNotification): Promise<void> {
  const known = await findReceived(tx, key, body);
  if (!known) throw unknownShare();
  const change = PermissionChange.safeParse(body.notification);
  if (!change.success) throw invalid("NOTIFICATION_INVALID", "It does not say which permissions there are now.");
  const { permissions, expiration } = change.data;
  const expiresAt = expiration ? new Date(expiration * 1000) : null;
  await changeReceivedShare(
    tx,
    { ...key, proof },
    {
      role: roleOf(permissions),
      canReshare: permissions.includes("share"),
      expiresAt: expiration === undefined ? known.expiresAt : expiresAt,
    },
  );
}

async function hearAnswer(tx: Tx, key: HeardKey, { isVerified }: Pick<Sender, "isVerified">, body: OcmNotification) {
  const told = AnsweredReshare.safeParse(body.notification);
  if (!told.success) throw invalid("NOTIFICATION_INVALID", "It does not say who has answered, and what.");
  if (!isVerified || !(await hearReshareAnswer(tx, key, told.data))) throw unknownShare();
}

const unknownShare = () => invalid("SHARE_UNKNOWN", "No such share is known between these clouds.");
