import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { decryptSecret } from "@/lib/core/secrets";
import type { PeerAnswer } from "@/lib/delivery/call-provider";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { describeNotification, untilBegun } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { touchTopic } from "@/lib/notices/live";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { MUST_EXCHANGE_TOKEN, MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { permissionsOf } from "@/lib/sharing/internal/permissions";
import { promisesSecondFactor, secondFactorUnsupported } from "@/lib/sharing/sent/asks-second-factor";
import { type Described, withOutcome, withParties } from "@/lib/sharing/sent/delivery-outcome";
import { TAKES_NO_CHANGES } from "@/lib/sharing/sent/no-changes";
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
  if (share.revokedAt) return share.offeredAt ? describeEnd(share, share.revokedAt) : null;
  if (hasExpired(share) && !share.offeredAt) return null;
  if (share.isReplaced || (share.keptRole && share.keptRole !== share.role)) return describeReplaced(share);
  return isKnownThere(share) ? describeChange(share) : describeOffer(share);
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

  const newest = await newestOffer(share);
  const json = async (peer: DiscoveredProvider) => {
    await requireOfferable(share, peer);
    const { opensBySecret, keepsRole, offer } = dialectOf(peer);
    await note(share, { opensBySecret, keptRole: keepsRole ? share.role : null });
    const { webdav } = newest.protocol;
    const uri = peer.takesRelativeUris ? newest.providerId : webdav.uri;
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

/** Lets only pass what may be offered to that cloud. @throws SECOND_FACTOR_UNSUPPORTED, EXCHANGE_NEEDED (409) */
async function requireOfferable({ siteId, provider, needsSecondFactor }: Described, peer: DiscoveredProvider) {
  if (needsSecondFactor && !promisesSecondFactor(peer)) throw secondFactorUnsupported(provider);
  requireExchange(await getProviderRecord(siteId, provider), provider, dialectOf(peer).opensBySecret);
}

type Noted = Partial<Pick<Described, "opensBySecret" | "keptRole" | "isReplaced">>;

/** Before a message leaves, as `offeredAt` is; what was revoked meanwhile does not leave. */
async function note({ siteId, id }: Described, data: Noted): Promise<void> {
  const { count } = await db().sentShare.updateMany({ where: { siteId, id, revokedAt: null }, data });
  if (count === 0) throw conflict("SHARE_ENDED", "This share has ended.");
}

/** Of another last day nothing is told where the role is kept: that is kept as well. */
function describeChange(share: Described): Description | null {
  const { role, expiresAt, keptRole } = share;
  const hasSameEnd = expiresAt?.getTime() === share.toldExpiresAt?.getTime();
  if ((role === share.toldRole && hasSameEnd) || keptRole) return null;
  const notification = { permissions: permissionsOf(share), expiration: expiresAt ? inSeconds(expiresAt) : 0 };
  const change = describeNotification(onWire(share), "SHARE_CHANGE_PERMISSION", notification);
  // The change is enforced here whatever the peer makes of it; but the sender has to know if nobody there will see it.
  const whyUntold = ({ status, peer }: PeerAnswer) =>
    status === 501 && !(hasSameEnd && dialectOf(peer).looksForRole) ? TAKES_NO_CHANGES : null;
  return { ...change, ...withOutcome(share), whyUntold };
}

/**
 * That cloud is told the end of what it knows, if it may be offered the share at all. That this has begun is written down
 * first: whatever the role is by then, the offer has to follow. Once the end was heard the share has another name and
 * another secret, and is offered like one that was never told. Until then it is opened as before, with the rights that it
 * has now.
 */
function describeReplaced(share: Described): Description {
  const { siteId, id, provider, senderId, offeredAs } = share;
  const end = describeUnshared(share);
  const json = async (peer: DiscoveredProvider) => {
    await requireOfferable(share, peer);
    await note(share, { isReplaced: true });
    return end.call.json(peer);
  };
  return {
    ...end,
    call: { ...end.call, json },
    async onDelivered(tx) {
      const anew = { isReplaced: false, offeredAs: newId(), ...newShareSecret(), offeredAt: null, keptRole: null };
      const untold = { toldRole: null, toldExpiresAt: null, answer: "pending", answeredAt: null } as const;
      const unwatched = { watchedUntil: null, watchedVersion: null };
      const which = { siteId, id, offeredAs, isReplaced: true, revokedAt: null, answer: { not: "declined" as const } };
      const data = { ...anew, ...untold, ...unwatched };
      const { count } = await tx.sentShare.updateMany({ where: which, data });
      if (count === 0) return;
      await tx.accessToken.deleteMany({ where: { siteId, sentShareId: id } });
      await wantDelivered(tx, { siteId, provider, subjectKind: "sent-share", subjectId: id });
      await touchTopic(tx, siteId, [senderId], "shares-sent");
    },
    onFailed: withOutcome(share).onFailed,
  };
}

function describeEnd(share: Described, revokedAt: Date): Description {
  const { toldExpiresAt } = share;
  const { onDelivered, onFailed } = withOutcome(share);
  const end = { ...describeUnshared(share), onDelivered };
  // Only where the peer still counts on the share is it of interest here that it could not be told.
  const isOverThere = toldExpiresAt !== null && toldExpiresAt <= revokedAt;
  return isKnownThere(share) && !isOverThere ? { ...end, onFailed } : end;
}

/** The end of what that cloud was offered, which may still be on its way. */
function describeUnshared(share: Described) {
  const end = describeNotification(onWire(share), "SHARE_UNSHARED");
  return isKnownThere(share) || !share.offeredAt ? end : untilBegun(end, share.offeredAt);
}

/** An answer proves that the offer arrived, even if the answer to the offer was lost. */
const isKnownThere = ({ toldRole, answer }: Described) => toldRole !== null || answer === "accepted";

const onWire = (share: Described) => ({
  siteId: share.siteId,
  resourceType: share.node?.kind ?? "file",
  providerId: providerIdOf(share),
  grantee: share.shareWith,
  secretEncrypted: share.secretEncrypted,
});

const hasExpired = ({ expiresAt }: Described) => expiresAt !== null && expiresAt <= new Date();
const inSeconds = (date: Date) => Math.floor(date.getTime() / 1000);
