import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { decryptSecret } from "@/lib/core/secrets";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { describeNotification, untilBegun } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { MUST_EXCHANGE_TOKEN, MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { permissionsOf } from "@/lib/sharing/internal/permissions";
import { promisesSecondFactor, secondFactorUnsupported } from "@/lib/sharing/sent/asks-second-factor";
import { type Described, withOutcome, withParties } from "@/lib/sharing/sent/delivery-outcome";
import { providerIdOf } from "@/lib/sharing/sent/provider-id";
import { newShareSecret } from "@/lib/sharing/sent/share-secret";
import { getSite } from "@/lib/sites/sites";
import { dialectOf, type NewestOffer } from "@/lib/trust/dialects/dialect";
import { requireExchange } from "@/lib/trust/provider-policies";
import { getProviderRecord } from "@/lib/trust/provider-record";
import { OCM_PATHS } from "@/lib/trust/site-discovery";

/** Some clouds answer so to an offer that they have. */
const HAS_IT = [409];

/**
 * What the Receiving Server should hear of a sent share now: that it exists, that it changed, or that it ended. One
 * that keeps the role it was offered is told that as an end and another offer.
 * A peer that never heard of a share is not told of its end.
 */
export const describeSentShare: Describer = async (siteId, id) => {
  const share = await db().sentShare.findUnique({ where: { siteId_id: { siteId, id } }, include: withParties });
  if (!share || share.answer === "declined") return null;
  if (share.revokedAt) return share.offeredAt ? describeEnd(share, share.revokedAt, share.offeredAt) : null;
  if (hasExpired(share) && !share.offeredAt) return null;
  if (share.isReplaced) return describeReplaced(share);
  // An answer proves that the offer arrived, even if the answer to the offer was lost.
  return share.toldRole || share.answer === "accepted" ? describeChange(share) : describeOffer(share);
};

/**
 * Written down before each try: if this process dies after the request left, a later end is still told.
 * A share that is revoked meanwhile is not offered.
 */
async function describeOffer(share: Described): Promise<Description | null> {
  const { siteId, id, node, secretEncrypted } = share;
  const providerId = providerIdOf(share);
  const { count } = await db().sentShare.updateMany({
    where: { siteId, id, revokedAt: null },
    data: { offeredAt: new Date() },
  });
  if (count === 0 || !node || !secretEncrypted) return null;

  const newest = await newestOffer(share);
  const json = async (peer: DiscoveredProvider) => {
    if (share.needsSecondFactor && !promisesSecondFactor(peer)) throw secondFactorUnsupported(share.provider);
    const { opensBySecret, offer } = dialectOf(peer);
    requireExchange(await getProviderRecord(siteId, share.provider), share.provider, opensBySecret);
    await noteHowItOpens(share, opensBySecret);
    const { webdav } = newest.protocol;
    const uri = peer.takesRelativeUris ? providerId : webdav.uri;
    const requirements = webdav.requirements.filter((one) => !opensBySecret || one !== MUST_EXCHANGE_TOKEN);
    return offer({ ...newest, protocol: { name: "multi", webdav: { ...webdav, uri, requirements } } });
  };
  const to = (peer: DiscoveredProvider) => dialectOf(peer).offersAt ?? "/shares";
  return { call: { to, json }, alsoDone: HAS_IT, ...withOutcome(share) };
}

/** All that the specification has to say of a share, for a cloud that exchanges the secret. */
export async function newestOffer(share: Described): Promise<NewestOffer> {
  const { siteId, node, secretEncrypted, sender, expiresAt } = share;
  const providerId = providerIdOf(share);
  const { provider, origin } = await getSite(siteId);
  const address = formatOcmAddress({ identifier: await knownAs(share), provider });
  return {
    shareWith: share.shareWith,
    name: node?.name ?? "",
    description: share.note,
    providerId,
    owner: address,
    ownerDisplayName: sender.displayName,
    sender: address,
    senderDisplayName: sender.displayName,
    shareType: share.isToGroup ? "group" : "user",
    resourceType: node?.kind ?? "file",
    ...(expiresAt && { expiration: inSeconds(expiresAt) }),
    protocol: {
      name: "multi",
      webdav: {
        uri: `${origin}${OCM_PATHS.webdavPath}${providerId}`,
        sharedSecret: decryptSecret("share-secret", secretEncrypted ?? ""),
        permissions: permissionsOf(share),
        requirements: [MUST_EXCHANGE_TOKEN, ...(share.needsSecondFactor ? [MUST_USE_MFA] : [])],
      },
    },
  };
}

/**
 * By which the other cloud knows the sender. Who shares with a group there is believed as somebody's contact, so with
 * that one's name for him.
 */
async function knownAs({ siteId, senderId, provider, contact, sender, isToGroup }: Described): Promise<string> {
  const where = { siteId, userId: senderId, provider, removedAt: null };
  const someone = isToGroup ? await db().contact.findFirst({ where, orderBy: { id: "asc" } }) : contact;
  return someone?.ourIdentifier ?? sender.identifier;
}

/** Before the offer leaves, as `offeredAt` is; one that was revoked meanwhile does not leave. */
async function noteHowItOpens({ siteId, id }: Described, opensBySecret: boolean): Promise<void> {
  const { count } = await db().sentShare.updateMany({
    where: { siteId, id, revokedAt: null },
    data: { opensBySecret },
  });
  if (count === 0) throw conflict("SHARE_ENDED", "This share has ended.");
}

async function describeChange(share: Described): Promise<Description | null> {
  const { role, expiresAt } = share;
  if (role === share.toldRole && expiresAt?.getTime() === share.toldExpiresAt?.getTime()) return null;
  if (role !== share.toldRole && (await keepsRole(share))) return replace(share);
  // The sender's server enforces the change whatever the peer makes of it, so a peer that knows no such message is no
  // failure.
  const notification = { permissions: permissionsOf(share), expiration: expiresAt ? inSeconds(expiresAt) : 0 };
  return { ...describeNotification(onWire(share), "SHARE_CHANGE_PERMISSION", notification), ...withOutcome(share) };
}

/** What the other cloud is comes from what it last said of itself: it has taken the offer of this share. */
async function keepsRole({ siteId, provider }: Described): Promise<boolean> {
  const { discovery } = await getProviderRecord(siteId, provider);
  return discovery !== null && dialectOf(discovery).keepsRole === true;
}

/** Written down before its end is told: whatever the role is by then, that cloud has to be offered the share anew. */
async function replace(share: Described): Promise<Description | null> {
  const { siteId, id } = share;
  const which = { siteId, id, revokedAt: null };
  const { count } = await db().sentShare.updateMany({ where: which, data: { isReplaced: true } });
  return count === 0 ? null : describeReplaced(share);
}

/**
 * That cloud is told the end of what it knows. Once it has heard that, the share has another name and another secret, and
 * is offered like one that was never told. Until then it is opened as before, with the rights that it has now.
 */
function describeReplaced(share: Described): Description {
  const { siteId, id, provider } = share;
  return {
    ...describeNotification(onWire(share), "SHARE_UNSHARED"),
    async onDelivered(tx) {
      const anew = { isReplaced: false, offeredAs: newId(), ...newShareSecret(), offeredAt: null };
      const untold = { toldRole: null, toldExpiresAt: null, answer: "pending", answeredAt: null } as const;
      const which = { siteId, id, isReplaced: true, revokedAt: null, answer: { not: "declined" as const } };
      const { count } = await tx.sentShare.updateMany({ where: which, data: { ...anew, ...untold } });
      if (count === 0) return;
      await tx.accessToken.deleteMany({ where: { siteId, sentShareId: id } });
      await wantDelivered(tx, { siteId, provider, subjectKind: "sent-share", subjectId: id });
    },
    onFailed: withOutcome(share).onFailed,
  };
}

function describeEnd(share: Described, revokedAt: Date, offeredAt: Date): Description {
  const { toldRole, toldExpiresAt, answer } = share;
  const { onDelivered, onFailed } = withOutcome(share);
  const end = { ...describeNotification(onWire(share), "SHARE_UNSHARED"), onDelivered };
  // Only where the peer still counts on the share is it of interest here that it could not be told.
  const isOverThere = toldExpiresAt !== null && toldExpiresAt <= revokedAt;
  if (toldRole || answer === "accepted") return isOverThere ? end : { ...end, onFailed };
  return untilBegun(end, offeredAt);
}

const onWire = (share: Described) => ({
  siteId: share.siteId,
  resourceType: share.node?.kind ?? "file",
  providerId: providerIdOf(share),
  grantee: share.shareWith,
  secretEncrypted: share.secretEncrypted,
});

const hasExpired = ({ expiresAt }: Described) => expiresAt !== null && expiresAt <= new Date();
const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000);
