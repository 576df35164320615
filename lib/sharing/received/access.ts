import { db } from "@/lib/core/db";
import { AppError, notFound, peerFailed } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { callProvider, type PeerAnswer } from "@/lib/delivery/call-provider";
import { providerOfUrl } from "@/lib/protocol/ocm/address";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { TokenResponse } from "@/lib/protocol/ocm/wire";
import { requireSameAuthority } from "@/lib/protocol/safe-fetch/authority";
import { getSite } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, originOfProvider } from "@/lib/trust/guarded-client";
import { getProviderRecord, notTrusted, type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";
import type { ReceivedShare } from "@/prisma/generated/client";

/** A token that ends within this time is renewed first, so that a request in flight does not outlive it. */
const RENEW_BEFORE = 60_000;

/**
 * Where an accepted share is, and the `Authorization` that opens it: an access token of its Sending Server, exchanged
 * once at a time for the shared secret and kept until it ends or `renew` asks for another. A server that knows no
 * exchange gets the secret itself, unless it required the exchange: as a bearer, or at its WebDAV root as the user.
 * `hasAnswered`: it was asked for a token just now, and gave it.
 *
 * @throws SHARE_ENDED, SHARE_NOT_READY (503), PROVIDER_NOT_TRUSTED, PEER_SHARE_GONE, PEER_TOKEN_REFUSED, and what `callProvider` throws
 * @see OCM, "Token Request", "Resource Access"
 */
export async function accessToShare(
  siteId: string,
  receivedShareId: string,
  { renew = false } = {},
): Promise<{ baseUrl: string; authorization: string; hasAnswered: boolean }> {
  const { share, secret } = await requireSecret(siteId, receivedShareId);
  const record = await getProviderRecord(siteId, share.provider);
  requireAllowed(record);
  const discovered = await discoverProvider(siteId, share.provider);
  const url = resolveWebdavUri(share.webdavUri, share.provider, discovered, record);
  await requireNotBlocked(siteId, share.provider, url);

  if (!share.requirements.includes("must-exchange-token")) {
    if (share.webdavUri === "") return { baseUrl: url.href, authorization: basic(secret), hasAnswered: false };
    if (!discovered.capabilities.includes("exchange-token"))
      return { baseUrl: url.href, authorization: `Bearer ${secret}`, hasAnswered: false };
  }
  const kept = renew ? null : keptToken(share);
  const token = kept ?? (await exchangeOnce(share, secret, discovered, renew));
  return { baseUrl: url.href, authorization: `Bearer ${token}`, hasAnswered: kept === null };
}

/**
 * The secret of an accepted share.
 *
 * @throws SHARE_ENDED, SHARE_NOT_READY (503)
 */
export const secretOfShare = async (siteId: string, receivedShareId: string): Promise<string> =>
  (await requireSecret(siteId, receivedShareId)).secret;

async function requireSecret(siteId: string, id: string) {
  const share = await db().receivedShare.findFirst({ where: { siteId, id, state: "accepted" } });
  if (share?.isInvitation && !share.secretEncrypted) throw notHandedOver();
  if (!share?.secretEncrypted) throw notFound("SHARE_ENDED", "This share has ended.");
  return { share, secret: decryptSecret("share-secret", share.secretEncrypted) };
}

/** A block holds under every rule: also for a host that an administrator has named for another cloud. */
async function requireNotBlocked(siteId: string, provider: string, url: URL): Promise<void> {
  const host = providerOfUrl(url);
  if (host !== provider && (await getProviderRecord(siteId, host)).standing === "blocked") throw notTrusted();
}

/** The user with an empty password. @see RFC 7617 */
const basic = (user: string) => `Basic ${Buffer.from(`${user}:`).toString("base64")}`;

/**
 * The address of a shared resource: below the WebDAV root that the Provider's discovery names, that root itself if the
 * share says nothing, or anywhere on the Provider's own authority, or on one that an administrator has named for it, if
 * the share says so.
 *
 * @throws PEER_AUTHORITY_REFUSED, PEER_WEBDAV_UNKNOWN
 */
export function resolveWebdavUri(
  uri: string,
  provider: string,
  { webdavPath }: Pick<DiscoveredProvider, "webdavPath">,
  { webdavHosts }: Pick<ProviderRecord, "webdavHosts">,
): URL {
  const optionsFor = (host: string) => ({ allowHttp: guardedClient().allowsHttp(host) });
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) {
    const named = URL.canParse(uri) ? new URL(uri).host : "";
    const host = webdavHosts.includes(named) ? named : provider;
    return requireSameAuthority(uri, host, optionsFor(host));
  }
  const options = optionsFor(provider);
  if (!webdavPath) throw peerFailed("PEER_WEBDAV_UNKNOWN", "The other cloud does not say where its shares are.");
  const root = `${originOfProvider(provider)}${webdavPath.replace(/\/*$/, "/")}`;
  const url = requireSameAuthority(root + uri.replace(/^\/+/, ""), provider, options);
  if (uri === "") return url;
  const isBelowRoot = url.href.startsWith(root) && url.href.length > root.length && !url.search && !url.hash;
  if (!isBelowRoot) throw peerFailed("PEER_AUTHORITY_REFUSED", "The other cloud named an address that is not its own.");
  return url;
}

function keptToken({ accessTokenEncrypted, accessTokenExpiresAt }: ReceivedShare): string | null {
  const isLive = accessTokenExpiresAt && accessTokenExpiresAt.getTime() - RENEW_BEFORE > Date.now();
  return isLive && accessTokenEncrypted ? decryptSecret("access-token", accessTokenEncrypted) : null;
}

/** All who need a token at the same time wait for one exchange. */
function exchangeOnce(
  share: ReceivedShare,
  secret: string,
  discovered: DiscoveredProvider,
  renew: boolean,
): Promise<string> {
  const running = once("token-exchanges", () => new Map<string, Promise<string>>());
  const exchange = async () => {
    const { siteId, id } = share;
    // Another exchange may have ended since the share was read.
    const present = renew ? null : await db().receivedShare.findUnique({ where: { siteId_id: { siteId, id } } });
    return (present && keptToken(present)) ?? exchangeNow(share, secret, discovered);
  };
  const underWay = running.get(share.id) ?? exchange().finally(() => running.delete(share.id));
  running.set(share.id, underWay);
  return underWay;
}

async function exchangeNow(share: ReceivedShare, code: string, { tokenEndPoint }: DiscoveredProvider): Promise<string> {
  const { siteId, id, provider } = share;
  if (!tokenEndPoint) throw refused("The other cloud does not say where it gives access.");
  const site = await getSite(siteId);
  const form = { grant_type: "authorization_code", client_id: site.provider, code };
  const answer = await callProvider(site, provider, { to: tokenEndPoint, form });
  const granted = TokenResponse.safeParse(answer.json);
  if (answer.status !== 200 || !granted.success) throw refusalOf(answer, share);

  const { access_token, expires_in } = granted.data;
  await db().receivedShare.updateMany({
    where: { siteId, id, state: "accepted" },
    data: {
      accessTokenEncrypted: encryptSecret("access-token", access_token),
      accessTokenExpiresAt: new Date(Date.now() + expires_in * 1000),
    },
  });
  return access_token;
}

function refusalOf({ status, json, retryAfter }: PeerAnswer, share: ReceivedShare): AppError {
  const { error } = (json ?? {}) as { error?: unknown };
  if (status === 400 && error === "invalid_grant") return shareGone(share);
  if (status !== 429 && status < 500) return refused("The other cloud does not give access to this share.");
  const extras = retryAfter ? { retryAfter } : {};
  return new AppError(503, "PEER_BUSY", "The other cloud does not make this available just now.", extras);
}

/** Of an invitation whose acceptance its sender has not heard yet. */
function notHandedOver() {
  const message = "The other cloud has not opened this yet. It is told that you accepted; try again in a moment.";
  return new AppError(503, "SHARE_NOT_READY", message, { retryAfter: 10 });
}

const refused = (message: string) => peerFailed("PEER_TOKEN_REFUSED", message);

/** The Sending Server knows the share no more, though it did not say that it ended. */
export const shareGone = ({ senderName }: Pick<ReceivedShare, "senderName">, cause?: unknown) =>
  peerFailed("PEER_SHARE_GONE", `It can no longer be opened. ${senderName} may have ended the share.`, { cause });
