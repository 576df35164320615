import { pool, type Statement } from "@/lib/core/db";
import { AppError, forbidden, notFound, unauthenticated } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { SharePrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { isSuspended, JOIN_RULE, SUSPENDED } from "@/lib/sharing/internal/other-cloud";
import { placeOf } from "@/lib/sharing/internal/place";
import type { ShareRole } from "@/prisma/generated/client";

type SharedNow = {
  id: string;
  providerId: string;
  provider: string;
  holder: string;
  senderId: string;
  nodeId: string;
  role: ShareRole;
  canReshare: boolean;
  expiresAt: Date | null;
  isLive: boolean;
  isSuspended: boolean;
};

/**
 * What every access to a share asks first: whether it still stands, and whether it is to be had just now. The rule of
 * `requireAllowedProvider` is in it, because a cloud that is blocked must not read on until its token ends; so is that
 * the contact was not removed, because the job that ends the shares comes later. Both hold as well of the share through
 * which somebody has this one.
 */
const sharedNow = (holder: string) => `
  SELECT share.id, coalesce(share."offeredAs", share.id) AS "providerId", share.provider, ${holder} AS holder, share."senderId", share."nodeId", share.role, share."canReshare", share."expiresAt",
         share."nodeId" IS NOT NULL AND share."revokedAt" IS NULL AND share.answer <> 'declined'
           AND contact."removedAt" IS NULL AND parent."revokedAt" IS NULL AND parent.answer IS DISTINCT FROM 'declined'
           AND through."removedAt" IS NULL
           AND (share."expiresAt" IS NULL OR share."expiresAt" > now()) AS "isLive",
         sender."disabledAt" IS NOT NULL OR coalesce(place."isTrashed", false)
           OR ${SUSPENDED} OR ${isSuspended("parent", "broker")} AS "isSuspended"
    FROM "SentShare" share ${JOIN_RULE}
    LEFT JOIN "Contact" contact ON contact."siteId" = share."siteId" AND contact.id = share."contactId"
    LEFT JOIN "SentShare" parent ON parent."siteId" = share."siteId" AND parent.id = share."reshareOfId"
    LEFT JOIN "Contact" through ON through."siteId" = parent."siteId" AND through.id = parent."contactId"
    LEFT JOIN "Provider" broker ON broker."siteId" = parent."siteId" AND broker.provider = parent.provider
    JOIN "User" sender ON sender."siteId" = share."siteId" AND sender.id = share."senderId"
    LEFT JOIN ${placeOf('share."siteId"', 'share."nodeId"')} place ON true`;

const SHARED_NOW = sharedNow(
  `share."recipientName" || CASE WHEN share.provider = '' THEN '' ELSE ' · ' || share.provider END`,
);

const BY_BEARER = `${SHARED_NOW}
    JOIN "AccessToken" token ON token."siteId" = share."siteId" AND token."sentShareId" = share.id
   WHERE share."siteId" = $1 AND coalesce(share."offeredAs", share.id) = $2 AND token."tokenHash" = $3
     AND token."expiresAt" > now()`;

/** What every shared secret that we make begins with. */
export const SHARE_SECRET_KIND = "shr_";

/**
 * Who holds this access token, for one request under its share; or the secret itself, from a cloud that knows no
 * exchange and sends it so. A final no is 401 or 404; while the sender is
 * disabled, the thing in the trash or the cloud blocked it is 503, because others forget a share at 401, 403 or 404.
 *
 * @throws ACCESS_TOKEN_INVALID (401), SHARE_ENDED (404), SHARE_SUSPENDED (503)
 * @see OCM, "Resource Access"
 */
export async function sharePrincipalOfBearer(
  siteId: string,
  providerId: string,
  bearer: string,
): Promise<SharePrincipal> {
  if (bearer.startsWith(SHARE_SECRET_KIND)) return sharePrincipalOfSecret(siteId, bearer);
  const values = [siteId, providerId, hashSecret("access-token", bearer)];
  const { rows } = isId(providerId) ? await pool().query<SharedNow>(BY_BEARER, values) : { rows: [] };
  if (!rows[0]) throw unauthenticated("ACCESS_TOKEN_INVALID", "This access token opens nothing here.");
  return principalOf(siteId, rows[0]);
}

const BY_OPEN_SECRET = `${SHARED_NOW} WHERE share."siteId" = $1 AND share."secretHash" = $2 AND share."opensBySecret"`;

/**
 * Who holds the secret of a share that was offered as one that the secret opens, for one request. All others are opened
 * by what it is exchanged for alone.
 *
 * @throws ACCESS_TOKEN_INVALID (401), SHARE_ENDED (404), SHARE_SUSPENDED (503)
 */
export async function sharePrincipalOfSecret(siteId: string, secret: string): Promise<SharePrincipal> {
  const { rows } = await pool().query<SharedNow>(BY_OPEN_SECRET, [siteId, hashSecret("share-secret", secret)]);
  if (!rows[0]) throw unauthenticated("ACCESS_TOKEN_INVALID", "This secret opens nothing here.");
  return principalOf(siteId, rows[0]);
}

const BY_ID = `${SHARED_NOW} WHERE share."siteId" = $1 AND share.id = $2`;

type StandingShare = Pick<SharePrincipal, "siteId" | "sentShareId">;

/**
 * Whether a share still stands, and still lets change what it holds where that is wanted: for a transfer under it,
 * which may outlast its access token.
 *
 * @throws SHARE_ENDED (404), SHARE_SUSPENDED (503), READ_ONLY (403)
 */
export async function requireShare({ siteId, sentShareId }: StandingShare, { toWrite = false } = {}): Promise<void> {
  const query = { name: "share-by-id", text: BY_ID, values: [siteId, sentShareId] };
  const { rows } = isId(sentShareId) ? await pool().query<SharedNow>(query) : { rows: [] };
  if (!rows[0]) throw ended();
  const { role } = principalOf(siteId, rows[0]);
  if (toWrite && role !== "editor") throw forbidden("READ_ONLY", "You can view this, but no longer change it.");
}

/** For the transaction of a change: divides by zero unless the share stands and lets change what it holds. */
export const shareIsEditable = ({ siteId, sentShareId }: StandingShare): Statement => ({
  name: "share-is-editable",
  text: `SELECT 1 / count(*) FROM (${BY_ID}) AS shared WHERE "isLive" AND NOT "isSuspended" AND role = 'editor'`,
  values: [siteId, sentShareId],
});

/** Of a share with a group, whoever of the group it is. */
const MEMBER = `(SELECT "displayName" FROM "User" holder WHERE holder."siteId" = $1 AND holder.id = $3)`;

const BY_RECIPIENT = `${sharedNow(MEMBER)} WHERE share."siteId" = $1 AND share.id = $2
     AND (share."recipientId" = $3 OR EXISTS (
           SELECT FROM "GroupMember" member WHERE member."siteId" = share."siteId" AND member."groupId" = share."groupId"
              AND member."userId" = $3))`;

/**
 * What a person of this site may do with a share from another person of this site, alone or as a member of a group.
 *
 * @throws SHARE_ENDED (404), SHARE_SUSPENDED (503)
 */
export async function sharePrincipalOfRecipient(
  siteId: string,
  shareId: string,
  userId: string,
): Promise<SharePrincipal> {
  const { rows } = await pool().query<SharedNow>(BY_RECIPIENT, [siteId, shareId, userId]);
  if (!rows[0]) throw ended();
  return principalOf(siteId, rows[0]);
}

export type SecretHolder = { shareId: string; expiresAt: Date | null };

const BY_SECRET = `${SHARED_NOW} WHERE share."siteId" = $1 AND share.provider = $2 AND share."secretHash" = $3`;

/**
 * The share that a shared secret stands for, held by the cloud it was sent to.
 *
 * @throws SHARE_ENDED (404), SHARE_SUSPENDED (503)
 */
export async function shareOfSecret(siteId: string, provider: string, secret: string): Promise<SecretHolder> {
  const { rows } = await pool().query<SharedNow>(BY_SECRET, [siteId, provider, hashSecret("share-secret", secret)]);
  if (!rows[0]) throw ended();
  const { sentShareId: shareId } = principalOf(siteId, rows[0]);
  return { shareId, expiresAt: rows[0].expiresAt };
}

/**
 * The same for a share that is opened without leaving this installation: what it was exchanged for would open it now.
 *
 * @throws SHARE_ENDED (404), SHARE_SUSPENDED (503)
 */
export async function sharePrincipalOfHolder(
  siteId: string,
  provider: string,
  secret: string,
): Promise<SharePrincipal> {
  const { rows } = await pool().query<SharedNow>(BY_SECRET, [siteId, provider, hashSecret("share-secret", secret)]);
  if (!rows[0]) throw ended();
  return principalOf(siteId, rows[0]);
}

function principalOf(siteId: string, row: SharedNow): SharePrincipal {
  const { id, senderId, isLive, isSuspended, providerId, provider, holder, nodeId, role, canReshare } = row;
  if (!isLive) throw ended();
  if (isSuspended) {
    const message = "This is not available just now. Try again later.";
    throw new AppError(503, "SHARE_SUSPENDED", message, { retryAfter: 300 });
  }
  const granted = { providerId, provider, holder, nodeId, role, canReshare };
  return { kind: "share", siteId, sentShareId: id, ownerId: senderId, ...granted };
}

const ended = () => notFound("SHARE_ENDED", "This share has ended.");
