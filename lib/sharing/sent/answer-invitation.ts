import { db } from "@/lib/core/db";
import { AppError, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { Heard } from "@/lib/core/proof";
import { decryptSecret } from "@/lib/core/secrets";
import type { TokenResponse } from "@/lib/protocol/ocm/wire";
import { type Described, withParties } from "@/lib/sharing/sent/delivery-outcome";
import { newestOffer } from "@/lib/sharing/sent/describe-sent-share";
import { issueAccessToken } from "@/lib/sharing/sent/issue-access-token";
import { calledSo } from "@/lib/sharing/sent/provider-id";
import { recordRefusal } from "@/lib/sharing/sent/record-answer";
import { requireShare } from "@/lib/sharing/sent/share-access";
import type { RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Site } from "@/prisma/generated/client";

/** The share with what opens it, and a first access token. */
type Acceptance = { share: Awaited<ReturnType<typeof newestOffer>> } & TokenResponse;
type Answer = { status: 200 | 409; body: Acceptance & { message?: string } };

/**
 * The Receiving Party accepts an invitation to a share: only now it gets what opens it. Accepted before: says so, and
 * gives it again, since the first answer may have been lost. `peer` is who signed.
 *
 * @throws SHARE_NOT_FOUND, SHARE_ENDED (404), SHARE_EXPIRED (410), SHARE_SUSPENDED (503)
 * @see FEDERATION.md, "Invitations to a share"
 */
export async function acceptInvitation(
  site: Site,
  peer: Heard,
  providerId: string,
  remember: RememberAnswer,
): Promise<Answer> {
  const { provider } = peer;
  const share = await findInvitation(site, provider, providerId);
  const { expiresAt, revokedAt, secretEncrypted, answer } = share;
  if (expiresAt && expiresAt <= new Date() && !revokedAt) {
    throw new AppError(410, "SHARE_EXPIRED", "This invitation has expired.");
  }
  await requireShare({ siteId: site.id, sentShareId: share.id });
  const offer = await newestOffer(share);
  const code = decryptSecret("share-secret", secretEncrypted ?? "");
  const isRepeated = answer === "accepted";
  const status = isRepeated ? 409 : 200;
  const whole = (token: TokenResponse) => ({
    ...(isRepeated && { message: "ALREADY_ACCEPTED" }),
    share: offer,
    ...token,
  });
  const request = { grant_type: "authorization_code", client_id: provider, code };
  const token = await issueAccessToken(site, peer, request, (tx, { body }) =>
    remember(tx, { status, body: whole(body as TokenResponse) }),
  );
  return { status, body: whole(token) };
}

/**
 * The Receiving Party refuses an invitation to a share, or gives the share back. Again: changes nothing.
 *
 * @throws SHARE_NOT_FOUND (404)
 */
export async function rejectInvitation(
  site: Site,
  { provider, proof }: Heard,
  providerId: string,
  remember: RememberAnswer,
): Promise<void> {
  const { id, offeredAs } = await findInvitation(site, provider, providerId);
  await db().$transaction(async (tx) => {
    await remember(tx, { status: 200, body: {} });
    await recordRefusal(tx, { siteId: site.id, provider, id, as: { offeredAs }, proof });
  });
}

/** Says the same of what is absent and of what another cloud was offered. */
async function findInvitation({ id: siteId }: Site, provider: string, providerId: string): Promise<Described> {
  const where = { siteId, provider, ...calledSo(providerId) };
  const share = isId(providerId) ? await db().sentShare.findFirst({ where, include: withParties }) : null;
  if (!share) throw notFound("SHARE_NOT_FOUND", "There is no such share.");
  return share;
}
