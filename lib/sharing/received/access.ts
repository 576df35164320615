import { db } from "@/lib/core/db";
import { AppError, hasCode, notFound, peerFailed } from "@/lib/core/errors";
import { decryptSecret } from "@/lib/core/secrets";
import { providerOfUrl } from "@/lib/protocol/ocm/address";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { requireSameAuthority } from "@/lib/protocol/safe-fetch/authority";
import { exchangeOnce, keptToken } from "@/lib/sharing/received/access-token";
import { showing, wayOf, waysInto } from "@/lib/sharing/received/ways-in";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, originOfProvider } from "@/lib/trust/guarded-client";
import { getProviderRecord, notTrusted, type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";

/**
 * Where an accepted share is, and the `Authorization` that most likely opens it: what did before, else an access token of
 * its Sending Server, exchanged once at a time for the shared secret and kept until it ends. A server that knows no
 * exchange gets the secret itself, unless it required the exchange: as a bearer, or at its WebDAV root as the user.
 * `hasAnswered`: it was asked for a token just now, and gave it.
 *
 * @throws SHARE_ENDED, SHARE_NOT_READY (503), PROVIDER_NOT_TRUSTED, PEER_SHARE_GONE, PEER_TOKEN_REFUSED, and what `callProvider` throws
 * @see OCM, "Token Request", "Resource Access"
 */
export async function accessToShare(
  siteId: string,
  receivedShareId: string,
): Promise<{ baseUrl: string; authorization: string; hasAnswered: boolean }> {
  const { share, secret, discovered, baseUrl, ways } = await requireWays(siteId, receivedShareId);
  const [way = "token"] = ways;
  if (way !== "token") return { baseUrl, authorization: showing(secret, way), hasAnswered: false };
  const kept = keptToken(share);
  const token = kept ?? (await exchangeOnce(share, secret, discovered));
  return { baseUrl, authorization: `Bearer ${token}`, hasAnswered: kept === null };
}

/**
 * What else may open an accepted share, whose cloud has refused all of these: a new access token after the first, then
 * the secret itself where its offer allows that. It is shown to the host of the share only. Null: nothing is left.
 *
 * @throws what `accessToShare` throws
 */
export async function otherAccess(siteId: string, receivedShareId: string, refused: string[]): Promise<string | null> {
  const { share, secret, discovered, ways } = await requireWays(siteId, receivedShareId);
  const tokens = refused.filter((shown) => wayOf(shown, secret) === "token");
  for (const way of ways) {
    const next = way === "token" ? await otherToken() : showing(secret, way);
    if (next !== null && !refused.includes(next)) return next;
  }
  return null;

  /** One more than the one that was refused: whoever refuses a new one, too, lets nobody in by them. */
  async function otherToken(): Promise<string | null> {
    if (tokens.length > 1) return null;
    const kept = keptToken(share);
    if (kept !== null && !tokens.includes(`Bearer ${kept}`)) return `Bearer ${kept}`;
    try {
      return `Bearer ${await exchangeOnce(share, secret, discovered, { renew: tokens.length > 0 })}`;
    } catch (error) {
      if (ways.length > 1 && hasCode(error, "PEER_TOKEN_REFUSED")) return null;
      throw error;
    }
  }
}

/** Writes down by which way a share was opened after others were refused, so that it is tried first from then on. */
export async function noteWayIn(siteId: string, receivedShareId: string, authorization: string): Promise<void> {
  const share = await findAccepted(siteId, receivedShareId);
  if (!share?.secretEncrypted) return; // it has ended meanwhile
  const wayIn = wayOf(authorization, decryptSecret("share-secret", share.secretEncrypted));
  if (share.wayIn === wayIn) return;
  await db().receivedShare.updateMany({ where: { siteId, id: share.id, state: "accepted" }, data: { wayIn } });
}

async function requireWays(siteId: string, receivedShareId: string) {
  const { share, secret } = await requireSecret(siteId, receivedShareId);
  const record = await getProviderRecord(siteId, share.provider);
  requireAllowed(record);
  const discovered = await discoverProvider(siteId, share.provider);
  const url = resolveWebdavUri(share.webdavUri, share.provider, discovered, record);
  await requireNotBlocked(siteId, share.provider, url);
  const { capabilities } = discovered;
  const ways = waysInto(share, { capabilities, mustExchange: record.mustExchange });
  return { share, secret, discovered, baseUrl: url.href, ways };
}

/**
 * The secret of an accepted share.
 *
 * @throws SHARE_ENDED, SHARE_NOT_READY (503)
 */
export const secretOfShare = async (siteId: string, receivedShareId: string): Promise<string> =>
  (await requireSecret(siteId, receivedShareId)).secret;

const findAccepted = (siteId: string, id: string) =>
  db().receivedShare.findFirst({ where: { siteId, id, state: "accepted" } });

async function requireSecret(siteId: string, id: string) {
  const share = await findAccepted(siteId, id);
  if (share?.isInvitation && !share.secretEncrypted) throw notHandedOver();
  if (!share?.secretEncrypted) throw notFound("SHARE_ENDED", "This share has ended.");
  return { share, secret: decryptSecret("share-secret", share.secretEncrypted) };
}

/** A block holds under every rule: also for a host that an administrator has named for another cloud. */
async function requireNotBlocked(siteId: string, provider: string, url: URL): Promise<void> {
  const host = providerOfUrl(url);
  if (host !== provider && (await getProviderRecord(siteId, host)).standing === "blocked") throw notTrusted();
}

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

/** Of an invitation whose acceptance its sender has not heard yet. */
function notHandedOver() {
  const message = "The other cloud has not opened this yet. It is told that you accepted; try again in a moment.";
  return new AppError(503, "SHARE_NOT_READY", message, { retryAfter: 10 });
}
