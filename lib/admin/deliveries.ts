import { pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { failureInSql } from "@/lib/delivery/breaker";
import { type DeliveriesQuery, DeliveryPage, type DeliveryState } from "./schema";

const IS_OPEN = `delivery."knownVersion" < delivery."wantedVersion"`;
const FAILURE = failureInSql("delivery", "breaker");
const JOIN_BREAKER = `
    LEFT JOIN "Breaker" breaker ON breaker."siteId" = delivery."siteId" AND breaker.provider = delivery.provider`;
const STATE = `CASE WHEN delivery."gaveUpAt" IS NOT NULL THEN 'given-up'
                    WHEN ${FAILURE} IS NOT NULL THEN 'retrying' ELSE 'waiting' END`;
/** Which of the things that are told about a share; files are not named, which are nobody's business but their owner's. */
const WHAT = `CASE WHEN received.id IS NOT NULL THEN 'answer'
                   WHEN contact.id IS NOT NULL THEN 'parting'
                   WHEN request.id IS NOT NULL THEN 'request'
                   WHEN reshare.id IS NOT NULL OR cut.id IS NOT NULL THEN 'reshare'
                   WHEN sent.id IS NULL THEN 'other'
                   WHEN sent."revokedAt" IS NOT NULL THEN 'end'
                   WHEN sent."toldRole" IS NULL AND sent.answer = 'pending' THEN 'offer' ELSE 'change' END`;

const LIST = `
  SELECT delivery.id, delivery.provider, ${STATE} AS state, ${WHAT} AS what, person."displayName" AS person,
         coalesce(cut."recipientName", sent."recipientName", received."senderName", contact."displayName", asked."displayName",
                  through."senderName") AS other, ${FAILURE} AS failure, delivery.attempts, delivery."createdAt",
         CASE WHEN delivery."gaveUpAt" IS NULL
              THEN greatest(delivery."nextAttemptAt", breaker."openUntil") END AS "nextAttemptAt",
         breaker."openUntil" AS "restsUntil"
    FROM "Delivery" delivery ${JOIN_BREAKER}
    LEFT JOIN "SentShare" sent ON delivery."subjectKind" IN ('sent-share', 'reshare-cut', 'reshare-answer')
         AND sent."siteId" = delivery."siteId" AND sent.id = delivery."subjectId"
    LEFT JOIN "SentShare" cut ON delivery."subjectKind" IN ('reshare-cut', 'reshare-answer')
         AND cut."siteId" = sent."siteId" AND cut.id = sent."reshareOfId"
    LEFT JOIN "ReceivedShare" received ON delivery."subjectKind" = 'received-share'
         AND received."siteId" = delivery."siteId" AND received.id = delivery."subjectId"
    LEFT JOIN "Contact" contact ON delivery."subjectKind" = 'contact'
         AND contact."siteId" = delivery."siteId" AND contact.id = delivery."subjectId"
    LEFT JOIN "ShareRequest" request ON delivery."subjectKind" = 'share-request'
         AND request."siteId" = delivery."siteId" AND request.id = delivery."subjectId"
    LEFT JOIN "Contact" asked ON asked."siteId" = request."siteId" AND asked.id = request."contactId"
    LEFT JOIN "Reshare" reshare ON delivery."subjectKind" = 'reshare'
         AND reshare."siteId" = delivery."siteId" AND reshare.id = delivery."subjectId"
    LEFT JOIN "ReceivedShare" through ON through."siteId" = reshare."siteId" AND through.id = reshare."receivedShareId"
    LEFT JOIN "User" person ON person."siteId" = delivery."siteId"
         AND person.id = coalesce(sent."senderId", received."receiverId", contact."userId", request."userId",
                              through."receiverId")
   WHERE delivery."siteId" = $1 AND ${IS_OPEN} AND ($2::text IS NULL OR ${STATE} = $2) AND ($3::text IS NULL OR strpos(delivery.provider, $3) > 0)
     AND ($4::text IS NULL OR (delivery.provider, delivery.id) > ($4, $5::uuid))
   ORDER BY delivery.provider, delivery.id LIMIT $6`;

const COUNTS = `
  SELECT ${STATE} AS state, count(*)::int AS count FROM "Delivery" delivery ${JOIN_BREAKER}
   WHERE delivery."siteId" = $1 AND ${IS_OPEN} GROUP BY 1`;

type Row = { id: string; provider: string; createdAt: Date; nextAttemptAt: Date | null; restsUntil: Date | null };

/** What other clouds have not heard yet, cloud by cloud and the oldest first, and how much of it is in which state. */
export async function listDeliveries({ siteId }: UserPrincipal, query: DeliveriesQuery = {}): Promise<DeliveryPage> {
  const { state, search, after, limit = 100 } = query;
  const [provider, id] = after?.split(" ") ?? [];
  const values = [siteId, state, search?.toLowerCase() || null, provider, id, limit + 1];
  const [{ rows }, counted] = await Promise.all([
    pool().query<Row>(LIST, values),
    pool().query<{ state: DeliveryState; count: number }>(COUNTS, [siteId]),
  ]);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : null;
  return DeliveryPage.parse({
    counts: { ...NONE, ...Object.fromEntries(counted.rows.map((row) => [row.state, row.count])) },
    items: items.map(view),
    next: last ? `${last.provider} ${last.id}` : null,
  });
}

const NONE = { waiting: 0, retrying: 0, "given-up": 0 };

const view = (row: Row) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  restsUntil: row.restsUntil?.toISOString() ?? null,
});
