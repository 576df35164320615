import { db, type Tx } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import {
  closeBreaker,
  findBreaker,
  findProbe,
  GIVE_UP_AFTER_MS,
  probeAgain,
  tripBreaker,
  waitedFor,
} from "@/lib/delivery/breaker";
import { callProvider, ownErrorOf, type PeerAnswer, type PeerCall } from "@/lib/delivery/call-provider";
import { type Failure, failureOfAnswer, failureOfError, nextDelay, ofThisAlone } from "@/lib/delivery/failure";
import type { DeliveryJob, ProbeJob } from "@/lib/delivery/jobs";
import { enqueueDelivery, type Subject } from "@/lib/delivery/outbox";
import { getSite, siteDisabled } from "@/lib/sites/sites";
import type { Breaker, Delivery } from "@/prisma/generated/client";

/** What to tell the peer now, and what to write down of its answer. Called in the transaction that records it. */
export type Description = {
  call: PeerCall;
  /** Statuses that mean success beside 2xx: a 404 to "it is no longer shared", say. */
  alsoDone?: number[];
  /** In words for people, why an answer of those still leaves the peer ignorant, for good; null: it does not. */
  whyUntold?: (answer: PeerAnswer) => string | null;
  /** Statuses that mean nothing yet, though they are final elsewhere: it is told again. */
  notYet?: number[];
  onDelivered?: (tx: Tx, answer: PeerAnswer) => Promise<void>;
  onFailed?: (tx: Tx, failure: { sentence: string; hasGivenUp: boolean }) => Promise<void>;
};

/** Reads the present state of a subject and says what leads the peer there; null when there is nothing to tell. */
export type Describer = (siteId: string, subjectId: string) => Promise<Description | null>;

/** Tells whom a subject concerns that its peer is not told any more, where no describer could say who that is. */
export type NoteGivenUp = (tx: Tx, subject: Subject, sentence: string) => Promise<void>;

type Outcome = { answer: PeerAnswer | null } | { failure: Failure };

/** Longer than the slowest discovery and call together. */
const LEASE_MS = 90_000;

/**
 * Leads the peer to the present state of one subject, if that is due. Can be called at any time, by several workers at
 * once, and be killed at any point: one holds the lease, and what was not recorded is told again.
 */
export async function deliver(
  job: DeliveryJob & Pick<ProbeJob, "isSecond">,
  describers: Record<string, Describer>,
  noteGivenUp: NoteGivenUp,
): Promise<void> {
  const delivery = await lease(job);
  if (!delivery) return;
  const describe = describers[delivery.subjectKind];
  if (!describe) throw new Error(`Nobody describes a ${delivery.subjectKind}.`);

  const breaker = await findBreaker(delivery.siteId, delivery.provider);
  const waited = waitedFor(breaker, delivery);
  let description: Description | null = null;
  let outcome: Outcome;
  try {
    description = await describe(delivery.siteId, delivery.subjectId);
    outcome = waited && description ? { failure: waited } : await tell(delivery, description);
  } catch (error) {
    if (!isAppError(error)) logger("delivery").error({ err: error, ...job }, "delivery broke");
    outcome = { failure: failureOfError(error) };
  }
  if ("failure" in outcome)
    await recordFailure({ delivery, breaker, failure: outcome.failure, description, noteGivenUp });
  else await recordSuccess(delivery, outcome.answer, description);
  if (breaker && hasAnswered(outcome)) await closeBreaker(breaker);
  else if (breaker?.openUntil && !waited) await letAnotherProbe(breaker, outcome, job);
}

/** Tells a cloud one thing if it is time to find out whether it answers again. The cost does not depend on what waits. */
export async function probeCloud(
  job: ProbeJob,
  describers: Record<string, Describer>,
  noteGivenUp: NoteGivenUp,
): Promise<void> {
  const found = await findProbe(job);
  if (found) await deliver({ ...found, isSecond: job.isSecond }, describers, noteGivenUp);
}

/**
 * What was not sent, failed on this side or was answered with an error of its own has found out nothing; only where the
 * next would be no better, that waits: also after a second error of its own, since the cloud may answer so to everything.
 * The cloud's own failure has said when it goes on.
 */
async function letAnotherProbe(breaker: Breaker, outcome: Outcome, { isSecond = false }: Pick<ProbeJob, "isSecond">) {
  const failure = "failure" in outcome ? outcome.failure : null;
  if (failure?.fault) return;
  const isOwn = failure?.answered === "unclear";
  const waits = failure !== null && !failure.isFinal && (!isOwn || isSecond);
  const pause = waits ? nextDelay(breaker.failures, null) : 0;
  await probeAgain(breaker, new Date(Date.now() + pause), !waits && (isOwn || isSecond));
}

/** Whether the cloud answered, be it with a refusal. */
function hasAnswered(outcome: Outcome): boolean {
  if ("answer" in outcome) return outcome.answer !== null;
  return outcome.failure.answered === "well";
}

/**
 * The version is read before the state is: what is then told is at least as new. While the breaker of its cloud is open,
 * only what is too old is taken, which is then given up; all else stays as it is.
 */
async function lease({ siteId, deliveryId }: DeliveryJob): Promise<Delivery | null> {
  const [leased] = await db().$queryRaw<Delivery[]>`
    UPDATE "Delivery" delivery
       SET "leaseUntil" = now() + ${LEASE_MS} * interval '1 millisecond', attempts = attempts + 1
     WHERE "siteId" = ${siteId}::uuid AND id = ${deliveryId}::uuid
       AND "knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL
       AND "nextAttemptAt" <= now() AND coalesce("leaseUntil", '-infinity') <= now()
       AND NOT EXISTS (
         SELECT FROM "Breaker" breaker
          WHERE breaker."siteId" = delivery."siteId" AND breaker.provider = delivery.provider
            AND breaker."openUntil" > now()
            AND now() - coalesce("firstAttemptAt", "nextAttemptAt") <= ${GIVE_UP_AFTER_MS} * interval '1 millisecond')
    RETURNING delivery.*`;
  return leased ?? null;
}

async function tell(delivery: Delivery, description: Description | null): Promise<Outcome> {
  if (!description) return { answer: null };
  const site = await getSite(delivery.siteId);
  if (site.disabledAt) throw siteDisabled();
  const answer = await callProvider(site, delivery.provider, description.call);
  const { status } = answer;
  const sentence = description.whyUntold?.(answer);
  if (sentence) return { failure: { ...failureOfAnswer(answer), sentence, isFinal: true } };
  if ((status >= 200 && status < 300) || description.alsoDone?.includes(status)) return { answer };
  const failure = failureOfAnswer(answer);
  const ownError = ownErrorOf(description.call, answer);
  if (ownError) return { failure: ofThisAlone(failure, ownError) };
  return { failure: description.notYet?.includes(status) ? { ...failure, isFinal: false } : failure };
}

async function recordSuccess(delivery: Delivery, answer: PeerAnswer | null, description: Description | null) {
  const { siteId, id: deliveryId, provider, subjectKind, subjectId, wantedVersion } = delivery;
  await db().$transaction(async (tx) => {
    const now = new Date();
    const told = { knownVersion: wantedVersion, attempts: 0, firstAttemptAt: null, failure: null, deliveredAt: now };
    // The subject first, as in every change that wants a delivery: the other order would deadlock with one.
    if (answer) await description?.onDelivered?.(tx, answer);
    const row = await release(tx, delivery, told);
    if (row && row.wantedVersion > wantedVersion) await enqueueDelivery(tx, { siteId, deliveryId });
  });
  logger("delivery").info({ siteId, provider, subjectKind, subjectId, version: wantedVersion }, "delivered");
}

type Failed = {
  delivery: Delivery;
  breaker: Breaker | null;
  failure: Failure;
  /** Null when the describer itself broke. */
  description: Description | null;
  noteGivenUp: NoteGivenUp;
};

async function recordFailure({ delivery, breaker, failure, description, noteGivenUp }: Failed) {
  const { siteId, id: deliveryId, provider, subjectKind, subjectId, attempts, wantedVersion } = delivery;
  const now = new Date();
  // While this site blocks the cloud nothing is tried, however long that lasts.
  const firstAttemptAt = failure.isForbidden ? null : (delivery.firstAttemptAt ?? now);
  const isTooOld = firstAttemptAt !== null && now.getTime() - firstAttemptAt.getTime() > GIVE_UP_AFTER_MS;
  const hasGivenUp = failure.isFinal || isTooOld;
  const openUntil = await tripBreaker(delivery, breaker, failure);
  const nextAttemptAt = openUntil ?? new Date(now.getTime() + nextDelay(attempts, failure.retryAfter));

  await db().$transaction(async (tx) => {
    const row = await release(tx, delivery, { failure: failure.sentence });
    if (!row) return;
    // What was wanted meanwhile started over; this failure was not of it.
    if (row.wantedVersion > wantedVersion) return enqueueDelivery(tx, { siteId, deliveryId });
    const tried = { firstAttemptAt, attempts: failure.isUntried ? attempts - 1 : attempts };
    const data = hasGivenUp ? { ...tried, gaveUpAt: now } : { ...tried, nextAttemptAt };
    await tx.delivery.update({ where: { siteId_id: { siteId, id: deliveryId } }, data });
    if (description) await description.onFailed?.(tx, { sentence: failure.sentence, hasGivenUp });
    else if (hasGivenUp) await noteGivenUp(tx, delivery, failure.sentence);
    // While the breaker is open it waits like all else for that cloud, without a job.
    if (!hasGivenUp && !openUntil) await enqueueDelivery(tx, { siteId, deliveryId });
  });
  const { reason } = failure;
  logger("delivery").warn({ siteId, provider, subjectKind, subjectId, attempts, reason, hasGivenUp }, "not delivered");
}

/**
 * Ends the lease and writes what it brought. Null when the lease had run out and another worker took over: which of
 * the two the peer heard last is unknown, so it is told once more.
 */
async function release(tx: Tx, { siteId, id, leaseUntil }: Delivery, data: object): Promise<Delivery | null> {
  const [row] = await tx.delivery.updateManyAndReturn({
    where: { siteId, id, leaseUntil },
    data: { ...data, leaseUntil: null },
  });
  if (row) return row;
  await tx.delivery.updateMany({ where: { siteId, id }, data: { wantedVersion: { increment: 1 } } });
  return null;
}
