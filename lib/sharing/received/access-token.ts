import { db } from "@/lib/core/db";
import { AppError, peerFailed } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { callProvider, type PeerAnswer } from "@/lib/delivery/call-provider";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { TokenResponse } from "@/lib/protocol/ocm/wire";
import { getSite } from "@/lib/sites/sites";
import type { ReceivedShare } from "@/prisma/generated/client";

/** A token that ends within this time is renewed first, so that a request in flight does not outlive it. */
const RENEW_BEFORE = 60_000;

/** The access token of a share that is kept and goes on for a while; null: there is none. */
export function keptToken({ accessTokenEncrypted, accessTokenExpiresAt }: ReceivedShare): string | null {
  const isLive = accessTokenExpiresAt && accessTokenExpiresAt.getTime() - RENEW_BEFORE > Date.now();
  return isLive && accessTokenEncrypted ? decryptSecret("access-token", accessTokenEncrypted) : null;
}

/**
 * Exchanges the secret of a share for an access token of its Sending Server, and keeps that. All who need one at the same
 * time, and were refused the same, wait for one exchange. Null: that server says that it gives us none.
 *
 * @throws PEER_SHARE_GONE, PEER_TOKEN_REFUSED, PEER_BUSY (503), and what `callProvider` throws
 * @see OCM, "Token Request"
 */
export function exchangeOnce(share: ReceivedShare, secret: string, refused: string[] = []): Promise<string | null> {
  const running = once("token-exchanges", () => new Map<string, Promise<string | null>>());
  const exchange = async () => {
    const { siteId, id } = share;
    // Another exchange may have ended since the share was read.
    const present = await db().receivedShare.findUnique({ where: { siteId_id: { siteId, id } } });
    const kept = present && keptToken(present);
    return kept && !refused.includes(kept) ? kept : exchangeNow(share, secret);
  };
  const key = [share.id, ...refused].join(" ");
  const underWay = running.get(key) ?? exchange().finally(() => running.delete(key));
  running.set(key, underWay);
  return underWay;
}

async function exchangeNow(share: ReceivedShare, code: string): Promise<string | null> {
  const { siteId, id, provider } = share;
  const site = await getSite(siteId);
  const form = { grant_type: "authorization_code", client_id: site.provider, code };
  const answer = await callProvider(site, provider, { to: tokenAddress, form });
  const granted = TokenResponse.safeParse(answer.json);
  if (saysNone(answer)) return null;
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

/** Of the document by which the call goes: at a former address a refusal says nothing. */
function tokenAddress({ tokenEndPoint }: DiscoveredProvider): string {
  if (!tokenEndPoint) throw tokenRefused("The other cloud does not say where it gives access.");
  return tokenEndPoint;
}

/**
 * What tells that there is no token for us, however often it is asked for: drafts differ in what they call the grant. All
 * else may be a passing fault, also that we were not known by our signature.
 *
 * @see RFC 6749, section 5.2
 */
const NONE = ["unauthorized_client", "unsupported_grant_type"];

const errorOf = ({ json }: PeerAnswer) => ((json ?? {}) as { error?: unknown }).error;
const saysNone = (answer: PeerAnswer) =>
  [400, 401].includes(answer.status) && NONE.some((error) => error === errorOf(answer));

function refusalOf(answer: PeerAnswer, share: ReceivedShare): AppError {
  const { status, retryAfter } = answer;
  if (status === 400 && errorOf(answer) === "invalid_grant") return shareGone(share);
  if (![408, 429].includes(status) && status < 500) return tokenRefused();
  const extras = retryAfter ? { retryAfter } : {};
  return new AppError(503, "PEER_BUSY", "The other cloud does not make this available just now.", extras);
}

/** The Sending Server gives no access token for a share. */
export const tokenRefused = (message = "The other cloud does not give access to this share.") =>
  peerFailed("PEER_TOKEN_REFUSED", message);

/** The Sending Server knows the share no more, though it did not say that it ended. */
export const shareGone = ({ senderName }: Pick<ReceivedShare, "senderName">, cause?: unknown) =>
  peerFailed("PEER_SHARE_GONE", `It can no longer be opened. ${senderName} may have ended the share.`, { cause });
