import { db } from "@/lib/core/db";
import { AppError, hasCode, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { Heard } from "@/lib/core/proof";
import { hashSecret, newSecret } from "@/lib/core/secrets";
import type { TokenRequest, TokenResponse } from "@/lib/protocol/ocm/wire";
import { recordAcceptance } from "@/lib/sharing/sent/record-answer";
import { shareOfSecret } from "@/lib/sharing/sent/share-access";
import { listSites } from "@/lib/sites/sites";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Site } from "@/prisma/generated/client";

const LIFETIME = 3_600_000;
/** The first is the specification's, the others are in use under earlier drafts of it. */
const GRANT_TYPES = ["authorization_code", "ocm_authorization_code", "ocm_share"];

/**
 * Exchanges a shared secret for an access token of at most an hour, never longer than the share lasts. To ask is to
 * accept: a share that is still unanswered counts as accepted. `provider` is who signed.
 *
 * @throws UNSUPPORTED_GRANT_TYPE, INVALID_CLIENT, INVALID_GRANT (400), SHARE_SUSPENDED (503)
 * @see OCM, "Token Request"; RFC 6749, section 5.2
 */
export async function issueAccessToken(
  site: Site,
  { provider, proof }: Heard,
  request: TokenRequest,
  remember: RememberAnswer,
): Promise<TokenResponse> {
  if (!GRANT_TYPES.includes(request.grant_type)) {
    throw invalid("UNSUPPORTED_GRANT_TYPE", "The grant type must be authorization_code.");
  }
  if (request.client_id !== provider) throw invalid("INVALID_CLIENT", "The client_id is not the cloud that signed.");
  const { shareId, expiresAt: shareExpiry } = await shareOfSecret(site.id, provider, request.code).catch(
    asInvalidGrant,
  );

  const accessToken = newSecret("sat_");
  const latest = Date.now() + LIFETIME;
  const expiresAt = new Date(Math.min(latest, shareExpiry?.getTime() ?? latest));
  const seconds = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
  const answer = { access_token: accessToken, token_type: "Bearer", expires_in: seconds };
  await db().$transaction(async (tx) => {
    await remember(tx, { status: 200, body: answer });
    const as = { secretHash: hashSecret("share-secret", request.code) };
    await recordAcceptance(tx, { siteId: site.id, provider, id: shareId, as, proof });
    const tokenHash = hashSecret("access-token", accessToken);
    await tx.accessToken.create({ data: { siteId: site.id, tokenHash, sentShareId: shareId, expiresAt } });
  });
  logger("sharing").info({ shareId, provider }, "access token issued");
  return answer;
}

/** Only what is over for good: of a passing fault a peer must not conclude that the share has ended. */
function asInvalidGrant(error: unknown): never {
  if (!hasCode(error, "SHARE_ENDED")) throw error;
  throw new AppError(400, "INVALID_GRANT", "This code opens nothing any more.", { cause: error });
}

/** Forgets the tokens whose hour is over. */
export async function sweepAccessTokens(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().accessToken.deleteMany({ where: { siteId, expiresAt: { lte: new Date() } } });
  }
}
