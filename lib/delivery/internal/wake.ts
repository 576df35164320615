import { Prisma } from "@/prisma/generated/client";

// A cloud that answers has a queue of its own, so all such clouds are told at once. Those of which nobody knows whether
// they answer share a few queues, and those that failed a few others: however many of them are silent, they keep no more
// workers than that waiting. One cloud is always in one queue, so it is told one thing at a time.

/** So many that are not known can be waited for at once. */
const UNKNOWN_LANES = 8;
/** So many that failed the last time. */
const FAILING_LANES = 4;

const site = Prisma.sql`due."siteId"`;
const provider = Prisma.sql`due.provider`;
const hash = Prisma.sql`md5(${site} || ' ' || ${provider})`;
const laneOf = (lanes: number) => Prisma.sql`(('x' || left(${hash}, 7))::bit(28)::int % ${lanes}::int)`;

/** The columns `queue` and `priority` (what is lower comes first) beside a source `due`. */
const LANE = Prisma.sql`
  LEFT JOIN "Breaker" breaker ON breaker."siteId" = ${site} AND breaker.provider = ${provider}
  LEFT JOIN "Provider" peer ON peer."siteId" = ${site} AND peer.provider = ${provider}
  CROSS JOIN LATERAL (
    SELECT CASE WHEN breaker."openUntil" IS NOT NULL THEN 2
                WHEN peer.failure IS NULL AND peer."lastSeenAt" > now() - interval '1 day' THEN 0 ELSE 1 END AS priority
  ) rank
  CROSS JOIN LATERAL (
    SELECT CASE rank.priority WHEN 0 THEN 'deliver:' || ${hash}
                              WHEN 1 THEN 'deliver:unknown:' || ${laneOf(UNKNOWN_LANES)}
                              ELSE 'deliver:failing:' || ${laneOf(FAILING_LANES)} END AS queue
  ) lane`;

/**
 * Adds the jobs that wake deliveries when they are due, or moves those that wait already. `source` is the name of a
 * table of deliveries, or a query of them in parentheses.
 */
export const wake = (source: Prisma.Sql, where = Prisma.empty): Prisma.Sql => Prisma.sql`
  SELECT graphile_worker.add_job('deliver', json_build_object('siteId', due."siteId", 'deliveryId', due.id),
           queue_name => lane.queue, run_at => due."nextAttemptAt", job_key => 'deliver:' || due.id,
           priority => rank.priority)
    FROM ${source} AS due ${LANE} ${where}`;

/** Adds a job that asks a cloud something else, in the queue of what that cloud is told. */
export const ask = (name: string, siteId: string, host: string, payload: object): Prisma.Sql => Prisma.sql`
  SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json, queue_name => lane.queue,
           priority => rank.priority)
    FROM (VALUES (${siteId}::uuid, ${host}::text)) AS due("siteId", provider) ${LANE}`;

/** Adds the job by which one message finds out whether a cloud answers again, or moves the one that waits already. */
export const probe = (siteId: string, host: string, at: Date, isSecond = false): Prisma.Sql => Prisma.sql`
  SELECT graphile_worker.add_job('probe-cloud',
           json_build_object('siteId', due."siteId", 'provider', due.provider, 'isSecond', ${isSecond}::boolean),
           queue_name => lane.queue, run_at => ${at}::timestamptz, job_key => 'probe:' || ${hash},
           priority => rank.priority)
    FROM (VALUES (${siteId}::uuid, ${host}::text)) AS due("siteId", provider) ${LANE}`;
