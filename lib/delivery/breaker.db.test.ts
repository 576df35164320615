import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { sweepBreakers } from "@/lib/delivery/breaker";
import { type Describer, deliver, probeCloud } from "@/lib/delivery/deliver";
import type { DeliveryJob, ProbeJob } from "@/lib/delivery/jobs";
import { retryNow, sweepDeliveries, wantDelivered } from "@/lib/delivery/outbox";
import { retryProvider } from "@/lib/delivery/steer";
import { startRunner } from "@/lib/jobs/runner";
import type { Site } from "@/lib/sites/sites";
import { makeSite } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

const PATH = "/ocm/notifications";
const WEEK = 7 * 86_400_000;

let site: Site;
let peer: FakePeer;
const givenUp: string[] = [];
/** These have become needless meanwhile. */
const nothingToTell = new Set<string>();
/** These the cloud answers with an error that is of them alone. */
const unknownThere = new Set<string>();
const OWN_ERRORS: Record<number, string> = { 500: "It is not known there." };
const describeThing: Describer = async (_siteId, id) =>
  nothingToTell.has(id)
    ? null
    : {
        call: { to: "/notifications", json: { id }, ownErrors: () => (unknownThere.has(id) ? OWN_ERRORS : {}) },
        onFailed: async (_tx, { hasGivenUp }) => void (hasGivenUp && givenUp.push(id)),
      };
const describers = { thing: describeThing };
const noteNobody = async () => {};

beforeEach(async () => {
  site = await makeSite();
  peer = await startPeer();
  peer.on(PATH, { status: 503, json: {} });
  givenUp.length = 0;
  nothingToTell.clear();
  unknownThere.clear();
});
afterEach(() => peer.stop());

/** Wants something to be told, and says what it is. */
async function want(provider = peer.provider): Promise<string> {
  const subjectId = newId();
  await db().$transaction((tx) => wantDelivered(tx, { siteId: site.id, subjectKind: "thing", subjectId, provider }));
  return subjectId;
}
const rowOf = (subjectId: string) => db().delivery.findFirstOrThrow({ where: { subjectId } });
const run = async (subjectId: string) =>
  deliver({ siteId: site.id, deliveryId: (await rowOf(subjectId)).id }, describers, noteNobody);
const breaker = () => db().breaker.findFirst();
const heard = () => peer.requestsTo(PATH).length;
const aMinuteAgo = () => ({ nextAttemptAt: new Date(Date.now() - 60_000) });
/** As if the time had come for one message to find out. */
const letTimePass = async () => {
  await db().breaker.updateMany({ data: { openUntil: new Date(Date.now() - 1) } });
  await db().delivery.updateMany({ data: aMinuteAgo() });
};
/** Three of its errors in a row. */
async function fail(): Promise<string[]> {
  const failed = [await want(), await want(), await want()];
  for (const subjectId of failed) await run(subjectId);
  return failed;
}

it("leaves a cloud alone that has answered three times in a row with an error", async () => {
  const [first = ""] = await fail();
  const before = heard();
  const next = await want();

  await run(next);

  expect(before).toBe(3);
  expect(heard()).toBe(3);
  const openUntil = (await breaker())?.openUntil?.getTime() ?? 0;
  expect(openUntil).toBeGreaterThan(Date.now() + 5_000);
  expect(await rowOf(next)).toMatchObject({ attempts: 0, failure: null, leaseUntil: null, gaveUpAt: null });
  expect(await rowOf(first)).toMatchObject({ attempts: 1, failure: (await breaker())?.failure });
});

it.each([429, 500, 502])("counts %i as the cloud's failure", async (status) => {
  peer.on(PATH, { status, json: {} });

  await fail();

  expect(await breaker()).toMatchObject({ failures: 3, openUntil: expect.any(Date) });
});

it("counts neither a refusal nor what fails only now and then", async () => {
  const [once, other] = [await want(), await want()];
  await run(once);
  peer.on(PATH, { status: 400, json: {} });
  await run(other);

  expect(await breaker()).toBe(null);
});

it("lets one message find out whether the cloud answers again, and the others follow", async () => {
  const [first = "", ...others] = await fail();
  await letTimePass();
  peer.on(PATH, { status: 201, json: {} });

  await run(first);

  expect(await breaker()).toBe(null);
  for (const subjectId of others) await run(subjectId);
  expect(heard()).toBe(6);
  expect(await db().delivery.count({ where: { knownVersion: 1, failure: null } })).toBe(3);
});

it("waits longer each time that message fails", async () => {
  const [first = ""] = await fail();
  const before = (await breaker())?.openUntil?.getTime() ?? 0;
  await letTimePass();

  await run(first);

  expect(await breaker()).toMatchObject({ failures: 4 });
  expect(((await breaker())?.openUntil?.getTime() ?? 0) - before).toBeGreaterThan(5_000);
  expect(heard()).toBe(4);
});

it("goes on leaving a cloud alone that was silent and answers with an error now", async () => {
  await peer.stop();
  await run(await want());
  await peer.startAgain();
  const next = await want();
  await letTimePass();

  await run(next);

  expect(await breaker()).toMatchObject({ failures: 2, openUntil: expect.any(Date) });
  expect((await breaker())?.openUntil?.getTime()).toBeGreaterThan(Date.now());
});

it("gives up after a week what was never tried itself", async () => {
  await fail();
  const never = await want();
  await db().delivery.updateMany({
    where: { subjectId: never },
    data: { nextAttemptAt: new Date(Date.now() - WEEK - 1) },
  });

  await run(never);

  expect(heard()).toBe(3);
  expect(givenUp).toEqual([never]);
  const failure = "The other cloud answered with an error (503).";
  expect(await rowOf(never)).toMatchObject({ attempts: 0, gaveUpAt: expect.any(Date), failure });
  expect((await breaker())?.openUntil?.getTime()).toBeGreaterThan(Date.now());
});

describe("to find out whether the cloud answers again", () => {
  const probe = () => probeCloud({ siteId: site.id, provider: peer.provider }, describers, noteNobody);
  const runQueuedProbe = async () => {
    const [job] = await db().$queryRaw<{ payload: ProbeJob }[]>`
      SELECT payload FROM graphile_worker._private_jobs WHERE key LIKE 'probe:%'`;
    await probeCloud(job?.payload ?? { siteId: site.id, provider: peer.provider }, describers, noteNobody);
  };
  /** As if the time had come, and nothing else had changed. */
  const openHalf = () => db().breaker.updateMany({ data: { openUntil: new Date(Date.now() - 1) } });
  const told = () => peer.requestsTo(PATH).map(({ body }) => JSON.parse(`${body}`).id as string);
  const queued = async (task: string) =>
    (
      await db().$queryRaw<{ id: string }[]>`
      SELECT id::text FROM graphile_worker.jobs WHERE task_identifier = ${task} ORDER BY id`
    ).map(({ id }) => id);

  it.each([3, 60])("costs the same if %i things wait", async (waiting) => {
    await fail();
    for (let left = waiting; left > 0; left--) await want();
    const versions = () => db().$queryRaw<{ id: string; version: string }[]>`
      SELECT id, xmin::text AS version FROM "Delivery" ORDER BY id`;
    const [before, jobs] = [await versions(), await queued("deliver")];
    await openHalf();

    await probe();

    const changed = (await versions()).filter((row, at) => row.version !== before[at]?.version);
    expect(heard()).toBe(4);
    expect(changed).toHaveLength(1);
    expect(await queued("deliver")).toEqual(jobs);
    expect(await queued("probe-cloud")).toHaveLength(1);
    expect(await breaker()).toMatchObject({ failures: 4 });
  });

  it("is done with another thing each time, and then again with the first", async () => {
    await fail();
    const others = [await want(), await want()];
    await db().delivery.deleteMany({ where: { subjectId: { notIn: others } } });
    const [first = "", second = ""] = others;
    peer.requests.length = 0;

    for (let left = 3; left > 0; left--) {
      await openHalf();
      await probe();
      await db().delivery.updateMany({
        where: { nextAttemptAt: { gt: new Date() } },
        data: { nextAttemptAt: new Date() },
      });
    }

    expect(told()).toEqual([first, second, first]);
  });

  it("waits until its time has come, and is over once the cloud has answered", async () => {
    await fail();
    await want();
    await probe();
    const early = heard();
    peer.on(PATH, { status: 201, json: {} });
    await openHalf();
    await probe();

    await probe();

    expect([early, heard()]).toEqual([3, 4]);
    expect(await breaker()).toBe(null);
  });

  it("goes on at once if there was nothing to tell, and later if this side may not ask", async () => {
    const failed = await fail();
    await openHalf();
    nothingToTell.add(failed[0] ?? "");
    await db().delivery.updateMany({ where: { subjectId: failed[0] }, data: aMinuteAgo() });
    await probe();
    const atOnce = (await breaker())?.openUntil?.getTime() ?? 0;
    await db().delivery.updateMany({ data: aMinuteAgo() });
    await db().provider.updateMany({ data: { standing: "blocked" } });
    await openHalf();

    await probe();

    expect(heard()).toBe(3);
    expect(atOnce).toBeLessThanOrEqual(Date.now());
    expect((await breaker())?.openUntil?.getTime()).toBeGreaterThan(Date.now() + 2_000);
    expect(await queued("probe-cloud")).toHaveLength(1);
  });

  it("goes on at once with another thing after an error that is of the first alone", async () => {
    const [first = ""] = await fail();
    await openHalf();
    unknownThere.add(first);
    peer.on(PATH, { status: 500, json: {} });
    const attempts = 20; // after which it would itself wait for an hour
    await db().delivery.updateMany({ data: aMinuteAgo() });
    const where = { subjectId: first };
    await db().delivery.updateMany({ where, data: { attempts, nextAttemptAt: new Date(Date.now() - 120_000) } });
    await probe();
    const [atOnce, failures] = [(await breaker())?.openUntil?.getTime(), (await breaker())?.failures];
    peer.on(PATH, { status: 201, json: {} });

    await probe();

    expect(atOnce).toBeLessThanOrEqual(Date.now());
    expect(failures).toBe(3);
    expect(told().at(-2)).toBe(first);
    expect(told().at(-1)).not.toBe(first);
    expect(await breaker()).toBe(null);
  });

  it("pauses where the second is answered with an error of its own as well, and tries two of many again after that", async () => {
    for (const subjectId of await fail()) unknownThere.add(subjectId);
    peer.on(PATH, { status: 500, json: {} });
    const heardInAll: number[] = [];
    for (const _opening of [1, 2]) {
      await db().delivery.updateMany({ data: aMinuteAgo() });
      await openHalf();
      await probe();
      for (let left = 3; left > 0; left--) await runQueuedProbe();
      heardInAll.push(heard());
    }

    expect(heardInAll).toEqual([3 + 2, 3 + 2 + 2]);
    expect((await breaker())?.openUntil?.getTime()).toBeGreaterThan(Date.now() + 2_000);
  });

  it("is not forgotten if its job was lost, while nothing else of that cloud is woken but what is too old", async () => {
    const failed = await fail();
    const [never, old] = [await want(), await want()];
    const age = { nextAttemptAt: new Date(Date.now() - WEEK - 1) };
    await db().delivery.updateMany({ where: { subjectId: old }, data: age });
    await db().delivery.updateMany({
      where: { subjectId: { in: [never, ...failed] } },
      data: { nextAttemptAt: new Date() },
    });
    const loseJobs = () => db().$executeRaw`SELECT graphile_worker.remove_job(key) FROM graphile_worker.jobs`;
    await loseJobs();
    await sweepDeliveries();
    const during = [await queued("deliver"), await queued("probe-cloud")].map(({ length }) => length);
    await db().provider.updateMany({ data: { standing: "blocked" } });
    await loseJobs();
    await openHalf();

    await sweepDeliveries();

    const after = [await queued("deliver"), await queued("probe-cloud")].map(({ length }) => length);
    expect([during, after]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

it("is passed by whoever asks for another try", async () => {
  const [first = ""] = await fail();
  peer.on(PATH, { status: 201, json: {} });
  await db().$transaction((tx) => retryNow(tx, { siteId: site.id, subjectKind: "thing", subjectId: first }));
  await run(first);
  await db().breaker.create({
    data: { siteId: site.id, provider: peer.provider, failure: "No.", openUntil: new Date(Date.now() + 60_000) },
  });
  const next = await want();
  await db().$transaction((tx) => retryProvider(tx, site.id, peer.provider));

  await run(next);

  expect(await rowOf(first)).toMatchObject({ knownVersion: 1 });
  expect(await rowOf(next)).toMatchObject({ knownVersion: 1 });
});

it("is forgotten when there is nothing left to tell", async () => {
  await fail();
  await db().breaker.updateMany({ data: { openUntil: new Date(0) } });
  await sweepBreakers(site.id);
  const during = await breaker();
  await db().delivery.updateMany({ data: { gaveUpAt: new Date() } });

  await sweepBreakers(site.id);

  expect(during).not.toBe(null);
  expect(await breaker()).toBe(null);
});

it("keeps few workers waiting for clouds of which nobody knows whether they answer, and none from those that do", async () => {
  const silent = await Promise.all(Array.from({ length: 40 }, () => startPeer()));
  for (const one of silent) one.on(PATH, "hang");
  for (const { provider } of silent) await want(provider);
  peer.on(PATH, { status: 201, json: {} });
  const now = new Date();
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider, lastSeenAt: now } });
  await want();
  const queues = await db().$queryRaw<{ name: string }[]>`
    SELECT DISTINCT queue_name AS name FROM graphile_worker.jobs`;
  const waitingTasks = { deliver: async (job: unknown) => deliver(job as DeliveryJob, describers, noteNobody) };

  const runner = startRunner({ tasks: {}, waitingTasks });
  await expect.poll(heard, { timeout: 5_000 }).toBe(1);

  expect(queues.filter(({ name }) => name.startsWith("deliver:unknown:")).length).toBeLessThanOrEqual(8);
  expect(queues).toHaveLength(queues.filter(({ name }) => name.startsWith("deliver:unknown:")).length + 1);
  await Promise.all(silent.map((one) => one.stop()));
  await runner.stop();
});
