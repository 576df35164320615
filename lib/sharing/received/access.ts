import { db } from "@/lib/core/db";
import { AppError, hasCode, notFound, peerFailed } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { decryptSecret } from "@/lib/core/secrets";
import { providerOfUrl } from "@/lib/protocol/ocm/address";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { isAt, requireSameAuthority } from "@/lib/protocol/safe-fetch/authority";
import { exchangeOnce, keptToken, tokenRefused } from "@/lib/sharing/received/access-token";
import type { OtherWay } from "@/lib/sharing/received/remote/peer-folder";
import { showing, tokenOf, wayOf, waysInto } from "@/lib/sharing/received/ways-in";
import { knownSites } from "@/lib/sites/sites";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { guardedClient, originOfProvider } from "@/lib/trust/guarded-client";
import { getProviderRecord, notTrusted, type ProviderRecord, requireAllowed } from "@/lib/trust/provider-record";
import type { ReceivedShare, WayIn } from "@/prisma/generated/client";

/** A share that nothing opened is shown one thing only for so long: its cloud may shut out whoever knocks too often. */
const SHUT_MS = 5 * 60_000;
const shutUntil = () => once("shut-shares", () => new Map<string, number>());

/**
 * Where an accepted share is, and the `Authorization` that most likely opens it: what did before, else an access token of
 * its Sending Server, exchanged once at a time for the shared secret and kept until it ends. A server that knows no
 * exchange, or says that it gives us no token, gets the secret itself, unless the exchange was required: as a bearer, or
 * at its WebDAV root as the user. `hasAnswered`: it was asked for a token just now, and gave it.
 *
 * @throws SHARE_ENDED, SHARE_NOT_READY (503), PROVIDER_NOT_TRUSTED, PEER_SHARE_GONE, PEER_TOKEN_REFUSED, and what `callProvider` throws
 * @see OCM, "Token Request", "Resource Access"
 */
export async function accessToShare(
  siteId: string,
  receivedShareId: string,
): Promise<{ baseUrl: string; authorization: string; hasAnswered: boolean }> {
  const entry = await requireWays(siteId, receivedShareId);
  const { share, secret, baseUrl } = entry;
  const authorization = await nextToShow(entry, []);
  if (authorization === null) throw tokenRefused();
  const hasAnswered = wayOf(authorization, secret) === "token" && keptToken(share) === null;
  return { baseUrl, authorization, hasAnswered };
}

/**
 * The access token of an accepted share, for what is opened by nothing else; null where tokens are not what opens it.
 *
 * @throws what `accessToShare` throws
 */
export async function accessTokenOf(siteId: string, receivedShareId: string): Promise<string | null> {
  const entry = await requireWays(siteId, receivedShareId);
  return entry.ways[0] === "token" ? nextToken(entry, []) : null;
}

/**
 * What else may open an accepted share, whose cloud has refused all of these: a new access token after the first, then
 * the secret itself where its offer allows that. It is shown to the host of the share only. Null: nothing is left, and
 * nothing else is looked for in the next minutes.
 *
 * @throws what `accessToShare` throws
 */
export async function otherAccess(
  siteId: string,
  receivedShareId: string,
  refused: string[],
): Promise<OtherWay | null> {
  if ((shutUntil().get(receivedShareId) ?? 0) > Date.now()) return null;
  const entry = await requireWays(siteId, receivedShareId);
  const authorization = await nextToShow(entry, refused).catch((error) => {
    if (hasCode(error, "PEER_TOKEN_REFUSED")) return null; // it says less than what refused the others
    throw error;
  });
  if (authorization === null) {
    // Bounded; what falls out is merely tried again.
    if (shutUntil().size >= 10_000) shutUntil().clear();
    shutUntil().set(receivedShareId, Date.now() + SHUT_MS);
    return null;
  }
  const isRenewed = [authorization, ...refused].every((shown) => wayOf(shown, entry.secret) === "token");
  return { authorization, isRenewed };
}

/** Writes down by which way a share was opened after others were refused, so that it is tried first from then on. */
export async function noteWayIn(siteId: string, receivedShareId: string, authorization: string): Promise<void> {
  const share = await findAccepted(siteId, receivedShareId);
  if (!share?.secretEncrypted) return; // it has ended meanwhile
  await writeWayIn(share, wayOf(authorization, decryptSecret("share-secret", share.secretEncrypted)));
}

async function writeWayIn({ siteId, id }: ReceivedShare, wayIn: WayIn): Promise<void> {
  const data = { wayIn, wayInAt: new Date() };
  await db().receivedShare.updateMany({ where: { siteId, id, state: "accepted" }, data });
}

type Entry = Awaited<ReturnType<typeof requireWays>>;

/** The next thing to show after all of these were refused; null: none is left. */
async function nextToShow(entry: Entry, refused: string[]): Promise<string | null> {
  for (const way of entry.ways) {
    const opening = way === "token" ? await nextToken(entry, refused) : entry.secret;
    const next = opening === null ? null : showing(opening, way);
    if (next !== null && !refused.includes(next)) return next;
  }
  return null;
}

/**
 * The token that is kept, unless it was refused, else a new one, once: whoever refuses that, too, lets nobody in by
 * them. Null: there is none. Where its cloud has said so, what opens the share without is tried first for a while. A
 * fault that may pass leads to nothing else.
 */
async function nextToken({ share, secret, ways }: Entry, refused: string[]): Promise<string | null> {
  const tokens = refused.filter((shown) => wayOf(shown, secret) === "token").map(tokenOf);
  const kept = keptToken(share); // another process may have exchanged it since
  if (kept !== null && !tokens.includes(kept)) return kept;
  if (tokens.length > 1) return null;
  const without = ways.find((way) => way !== "token");
  const isBySecret = without !== undefined && (share.wayIn ?? ways[0]) !== "token";
  const token = await exchangeOnce(share, secret, tokens).catch((error) => {
    // Where its secret opens a share, that this is exchanged for nothing is no sign that the share has ended.
    if (isBySecret && hasCode(error, "PEER_SHARE_GONE")) return null;
    throw error;
  });
  if (token === null && without) await writeWayIn(share, without);
  return token;
}

async function requireWays(siteId: string, receivedShareId: string) {
  const { share, secret } = await requireSecret(siteId, receivedShareId);
  const record = await getProviderRecord(siteId, share.provider);
  requireAllowed(record);
  // Whoever needs a new token asks for the document before that: then the address may as well be of that one.
  const isToBeRenewed = share.accessTokenEncrypted !== null && keptToken(share) === null;
  const discovered = await discoverProvider(siteId, share.provider, { recent: isToBeRenewed });
  const url = resolveWebdavUri(share.webdavUri, share.provider, discovered, record);
  await requireNotBlocked(siteId, share.provider, url);
  const { capabilities } = discovered;
  const isElsewhere = providerOfUrl(url) !== share.provider;
  const ways = waysInto(share, { capabilities, mustExchange: record.mustExchange, isElsewhere });
  return { share, secret, baseUrl: url.href, ways };
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
    const host = webdavHosts.find((named) => isAt(uri, named) && !isOwn(named)) ?? provider;
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

/** What was named may have become a site of this installation since. */
const isOwn = (host: string) => knownSites().some((site) => site.provider === host);

/** Of an invitation whose acceptance its sender has not heard yet. */
function notHandedOver() {
  const message = "The other cloud has not opened this yet. It is told that you accepted; try again in a moment.";
  return new AppError(503, "SHARE_NOT_READY", message, { retryAfter: 10 });
}
