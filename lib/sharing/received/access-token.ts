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
 * time wait for one exchange; with `renew`, what is kept by then will not do.
 *
 * @throws PEER_SHARE_GONE, PEER_TOKEN_REFUSED, PEER_BUSY (503), and what `callProvider` throws
 * @see OCM, "Token Request"
 */
export function exchangeOnce(
  share: ReceivedShare,
  secret: string,
  discovered: DiscoveredProvider,
  { renew = false } = {},
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

const refused = (message: string) => peerFailed("PEER_TOKEN_REFUSED", message);

/** The Sending Server knows the share no more, though it did not say that it ended. */
export const shareGone = ({ senderName }: Pick<ReceivedShare, "senderName">, cause?: unknown) =>
  peerFailed("PEER_SHARE_GONE", `It can no longer be opened. ${senderName} may have ended the share.`, { cause });
