import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { decryptSecret } from "@/lib/core/secrets";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { describeNotification, NOT_NOW, NOTHING_TO_TELL } from "@/lib/sharing/internal/notification";
import { promisesSecondFactor, secondFactorUnsupported } from "@/lib/sharing/sent/asks-second-factor";
import { type Described, withOutcome, withParties } from "@/lib/sharing/sent/delivery-outcome";
import { getSite } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";
import { OCM_PATHS } from "@/lib/trust/site-discovery";
import type { ShareRole } from "@/prisma/generated/client";

const PERMISSIONS: Record<ShareRole, string[]> = { viewer: ["read"], editor: ["read", "write"] };
/** Some clouds answer so to an offer that they have. */
const HAS_IT = [409];
/** So long a cloud may still be busy with an offer whose answer we did not hear. */
const OFFER_UNDER_WAY_MS = 300_000;

/**
 * What the Receiving Server should hear of a sent share now: that it exists, that it changed, or that it ended.
 * A peer that never heard of a share is not told of its end.
 */
export const describeSentShare: Describer = async (siteId, id) => {
  const share = await db().sentShare.findUnique({ where: { siteId_id: { siteId, id } }, include: withParties });
  if (!share || share.answer === "declined") return null;
  if (share.revokedAt) return share.offeredAt ? describeEnd(share, share.revokedAt, share.offeredAt) : null;
  if (hasExpired(share) && !share.offeredAt) return null;
  // An answer proves that the offer arrived, even if the answer to the offer was lost.
  return share.toldRole || share.answer === "accepted" ? describeChange(share) : describeOffer(share);
};

/**
 * Written down before each try: if this process dies after the request left, a later end is still told.
 * A share that is revoked meanwhile is not offered.
 */
async function describeOffer(share: Described): Promise<Description | null> {
  const { siteId, id, node, secretEncrypted } = share;
  const { count } = await db().sentShare.updateMany({
    where: { siteId, id, revokedAt: null },
    data: { offeredAt: new Date() },
  });
  if (count === 0 || !node || !secretEncrypted) return null;

  const { provider, origin } = await getSite(siteId);
  const sender = formatOcmAddress({ identifier: share.contact?.ourIdentifier ?? share.sender.identifier, provider });
  const { displayName } = share.sender;
  const webdav = {
    sharedSecret: decryptSecret("share-secret", secretEncrypted),
    permissions: PERMISSIONS[share.role],
  };
  const absoluteUri = `${origin}${OCM_PATHS.webdavPath}${id}`;
  const json = async (peer: DiscoveredProvider) => {
    if (share.needsSecondFactor && !promisesSecondFactor(peer)) throw secondFactorUnsupported(share.provider);
    const { opensBySecret, offer } = dialectOf(peer);
    await noteHowItOpens(share, opensBySecret);
    const requirements = opensBySecret ? [] : ["must-exchange-token"];
    if (share.needsSecondFactor) requirements.push(MUST_USE_MFA);
    return offer({
      shareWith: share.shareWith,
      name: node.name,
      description: share.note,
      providerId: id,
      owner: sender,
      ownerDisplayName: displayName,
      sender,
      senderDisplayName: displayName,
      shareType: "user",
      resourceType: node.kind,
      ...(share.expiresAt && { expiration: inSeconds(share.expiresAt) }),
      protocol: {
        name: "multi",
        webdav: { uri: peer.takesRelativeUris ? id : absoluteUri, ...webdav, requirements },
      },
    });
  };
  return { call: { to: "/shares", json }, alsoDone: HAS_IT, ...withOutcome(share) };
}

/** Before the offer leaves, as `offeredAt` is; one that was revoked meanwhile does not leave. */
async function noteHowItOpens({ siteId, id }: Described, opensBySecret: boolean): Promise<void> {
  const { count } = await db().sentShare.updateMany({
    where: { siteId, id, revokedAt: null },
    data: { opensBySecret },
  });
  if (count === 0) throw conflict("SHARE_ENDED", "This share has ended.");
}

function describeChange(share: Described): Description | null {
  const { role, expiresAt } = share;
  if (role === share.toldRole && expiresAt?.getTime() === share.toldExpiresAt?.getTime()) return null;
  // The sender's server enforces the change whatever the peer makes of it, so a peer that knows no such message is no
  // failure.
  const notification = { permissions: PERMISSIONS[role], expiration: expiresAt ? inSeconds(expiresAt) : 0 };
  return { ...describeNotification(onWire(share), "SHARE_CHANGE_PERMISSION", notification), ...withOutcome(share) };
}

/** An end that overtook its offer is unknown to the peer for now: it is told until the offer must have arrived. */
function describeEnd(share: Described, revokedAt: Date, offeredAt: Date): Description {
  const { toldRole, toldExpiresAt, answer } = share;
  const { onDelivered, onFailed } = withOutcome(share);
  const end = { ...describeNotification(onWire(share), "SHARE_UNSHARED"), onDelivered };
  // Only where the peer still counts on the share is it of interest here that it could not be told.
  const isOverThere = toldExpiresAt !== null && toldExpiresAt <= revokedAt;
  if (toldRole || answer === "accepted") return isOverThere ? end : { ...end, onFailed };
  const mayOvertake = Date.now() - offeredAt.getTime() < OFFER_UNDER_WAY_MS;
  return mayOvertake ? { ...end, alsoDone: [], notYet: [...NOTHING_TO_TELL, ...NOT_NOW] } : end;
}

const onWire = ({ siteId, id, node, shareWith, secretEncrypted }: Described) => ({
  siteId,
  resourceType: node?.kind ?? "file",
  providerId: id,
  grantee: shareWith,
  secretEncrypted,
});

const hasExpired = ({ expiresAt }: Described) => expiresAt !== null && expiresAt <= new Date();
const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000);
