import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { type Describer, deliver, probeCloud } from "@/lib/delivery/deliver";
import type { DeliveryJob } from "@/lib/delivery/jobs";
import { dropGivenUp, retryNow, sweepDeliveries, wakeDeliveries, wantDelivered } from "@/lib/delivery/outbox";
import { startRunner } from "@/lib/jobs/runner";
import { parseJwks, selectKey } from "@/lib/protocol/httpsig/jwk";
import { verifyRequest } from "@/lib/protocol/httpsig/verify";
import { publicJwks } from "@/lib/sites/keys";
import type { Site } from "@/lib/sites/sites";
import { makeSite } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let site: Site;
let peer: FakePeer;
/** The state that the peer should know: told as it is at the time. */
let state: string | null;
const heard = () => peer.requestsTo("/ocm/notifications").map(({ body }) => JSON.parse(body.toString()).state);
const subject = () => ({ siteId: site.id, subjectKind: "thing", subjectId });
let subjectId: string;
const failures: { sentence: string; hasGivenUp: boolean }[] = [];

const describeThing: Describer = async () =>
  state === null
    ? null
    : {
        call: { to: "/notifications", json: { state } },
        onFailed: async (_tx, failure) => void failures.push(failure),
      };
const describers = { thing: describeThing };
const noteNobody = async () => {};

async function want(): Promise<void> {
  await db().$transaction((tx) => wantDelivered(tx, { ...subject(), provider: peer.provider }));
}
const row = () => db().delivery.findFirstOrThrow();
const run = async () => deliver({ siteId: site.id, deliveryId: (await row()).id }, describers, noteNobody);
const makeDue = async () => {
  await db().breaker.updateMany({ data: { openUntil: new Date(0) } });
  await db().delivery.updateMany({ data: { nextAttemptAt: new Date(Date.now() - 60_000), leaseUntil: null } });
};
const queued = () => db().$queryRaw<{ key: string }[]>`SELECT key FROM graphile_worker.jobs`;

beforeEach(async () => {
  site = await makeSite();
  peer = await startPeer();
  peer.on("/ocm/notifications", { status: 201, json: {} });
  state = "first";
  subjectId = newId();
  failures.length = 0;
});
afterEach(() => peer.stop());

it("tells the peer the present state, signed so that it can verify it", async () => {
  await want();

  await run();

  const [request] = peer.requestsTo("/ocm/notifications");
  const { method = "", headers = {}, body = Buffer.alloc(0) } = request ?? {};
  const keys = parseJwks(await publicJwks(site.id));
  const message = { method, targetUri: `${peer.origin}/ocm/notifications`, headers, body, now: new Date() };
  const verified = await verifyRequest(message, async ({ keyid }) => selectKey(keys, keyid));
  expect(verified).toMatchObject({ ok: true, provider: site.provider, nonce: expect.any(String) });
  expect(await row()).toMatchObject({ wantedVersion: 1, knownVersion: 1, failure: null, leaseUntil: null });
});

it("is queued in the transaction that wants it, and not without it", async () => {
  const failing = db().$transaction(async (tx) => {
    await wantDelivered(tx, { ...subject(), provider: peer.provider });
    throw new Error("rolled back");
  });

  await expect(failing).rejects.toThrow("rolled back");
  expect(await queued()).toEqual([]);
  await want();
  expect(await queued()).toHaveLength(1);
});

it("tells the last of many states, once", async () => {
  await want();
  await want();
  state = "third";
  await want();

  await run();
  await run();

  expect(heard()).toEqual(["third"]);
  expect(await row()).toMatchObject({ wantedVersion: 3, knownVersion: 3 });
});

it("tells nothing when there is nothing to tell", async () => {
  state = null;
  await want();

  await run();

  expect(heard()).toEqual([]);
  expect(await row()).toMatchObject({ knownVersion: 1 });
});

it("does not get in the way of a change of its subject at the moment of the answer", async () => {
  await want();
  // The site stands for a subject: a change locks it, then wants the delivery; the answer is written down on it.
  const lock = (tx: Tx) => tx.$queryRaw`SELECT FROM "Site" WHERE id = ${site.id}::uuid FOR NO KEY UPDATE`;
  let answers = () => {};
  const isAnswering = new Promise<void>((resolve) => {
    answers = resolve;
  });
  const onDelivered = async (tx: Tx) => {
    answers();
    await lock(tx);
  };
  const change = db().$transaction(async (tx) => {
    await lock(tx);
    await isAnswering;
    await wantDelivered(tx, { ...subject(), provider: peer.provider });
  });
  const { id: deliveryId } = await row();

  const call = { to: "/notifications", json: { state } };
  await Promise.all([
    change,
    deliver({ siteId: site.id, deliveryId }, { thing: async () => ({ call, onDelivered }) }, noteNobody),
  ]);

  expect(await row()).toMatchObject({ wantedVersion: 2, knownVersion: 1, leaseUntil: null });
});

it("goes again when the state changes while the peer is being told", async () => {
  await want();
  peer.on("/ocm/notifications", async () => {
    state = "second";
    await want();
    peer.on("/ocm/notifications", { status: 201, json: {} });
    return { status: 201, json: {} };
  });

  await run();
  const between = await row();
  await run();

  expect(between).toMatchObject({ wantedVersion: 2, knownVersion: 1 });
  expect(heard()).toEqual(["first", "second"]);
  expect(await row()).toMatchObject({ knownVersion: 2 });
});

it("is done by one of many workers", async () => {
  await want();

  await Promise.all([run(), run(), run(), run()]);

  expect(heard()).toEqual(["first"]);
});

it("is done again after its worker was killed, once the lease has run out", async () => {
  await want();
  await db().delivery.updateMany({ data: { leaseUntil: new Date(Date.now() + 60_000) } });
  await run();
  const during = heard();
  await db().delivery.updateMany({ data: { leaseUntil: new Date(Date.now() - 1) } });

  await run();

  expect(during).toEqual([]);
  expect(heard()).toEqual(["first"]);
});

it("tells once more when its lease ran out while it waited", async () => {
  await want();
  peer.on("/ocm/notifications", async () => {
    await db().delivery.updateMany({ data: { leaseUntil: new Date(Date.now() + 60_000) } });
    return { status: 201, json: {} };
  });

  await run();

  expect(await row()).toMatchObject({ wantedVersion: 2, knownVersion: 0 });
});

describe("a cloud that does not answer", () => {
  let silent: FakePeer;
  beforeEach(async () => {
    silent = await startPeer();
    silent.on("/ocm/notifications", "hang");
  });
  afterEach(() => silent.stop());
  const wantOf = (provider: string) =>
    db().$transaction((tx) => wantDelivered(tx, { ...subject(), subjectId: newId(), provider }));

  it("holds up nobody else, however much is queued for it", async () => {
    for (let left = 8; left > 0; left--) await wantOf(silent.provider);
    await wantOf(peer.provider);
    const runner = startRunner({
      tasks: { deliver: async (job) => deliver(job as DeliveryJob, describers, noteNobody) },
    });
    try {
      await expect.poll(heard, { timeout: 20_000 }).toEqual(["first"]);

      await expect.poll(() => silent.requestsTo("/ocm/notifications").length, { timeout: 20_000 }).toBe(1);
    } finally {
      await silent.stop();
      await runner.stop();
    }
  }, 60_000);

  it("lets all else that it should hear wait, untouched, and come before what it was silent to", async () => {
    for (let left = 3; left > 0; left--) await wantOf(silent.provider);
    const [first, ...others] = await db().delivery.findMany({ orderBy: { id: "asc" } });
    await silent.stop();
    await deliver({ siteId: site.id, deliveryId: first?.id ?? "" }, describers, noteNobody);
    for (const { id: deliveryId } of others) await deliver({ siteId: site.id, deliveryId }, describers, noteNobody);
    const [tried, ...waiting] = await db().delivery.findMany({ orderBy: { id: "asc" } });
    silent.on("/ocm/notifications", { status: 201, json: {} });
    await silent.startAgain();
    await makeDue();
    await db().delivery.updateMany({ where: { id: first?.id }, data: { nextAttemptAt: new Date() } });

    await probeCloud({ siteId: site.id, provider: silent.provider }, describers, noteNobody);

    expect(tried?.nextAttemptAt.getTime()).toBeGreaterThan(Date.now() + 2_000);
    expect(waiting).toEqual(others);
    expect((await db().delivery.findMany({ orderBy: { id: "asc" } })).map((row) => row.knownVersion)).toEqual([
      0, 1, 0,
    ]);
  });

  it("does not let others wait for what it refused", async () => {
    peer.on("/ocm/notifications", { status: 500, json: {} });
    await wantOf(peer.provider);
    await wantOf(peer.provider);
    const [first] = await db().delivery.findMany({ orderBy: { id: "asc" } });

    await deliver({ siteId: site.id, deliveryId: first?.id ?? "" }, describers, noteNobody);

    const [, other] = await db().delivery.findMany({ orderBy: { id: "asc" } });
    expect(other).toMatchObject({ attempts: 0, failure: null });
    expect(other?.nextAttemptAt.getTime()).toBeLessThan(Date.now());
  });
});

describe("a failure that passes", () => {
  it("of a blocked cloud, which is not called, passes however long the block lasts", async () => {
    await want();
    await db().provider.create({ data: { siteId: site.id, provider: peer.provider, standing: "blocked" } });
    await db().delivery.updateMany({ data: { firstAttemptAt: new Date(Date.now() - 8 * 86_400_000) } });

    await run();

    expect(peer.requests).toEqual([]);
    expect(await row()).toMatchObject({ gaveUpAt: null, failure: expect.stringContaining("administrators") });
  });

  it("is tried at once, with a week of its own, when the cloud is allowed again", async () => {
    await want();
    const blocked = await startPeer();
    await db().$transaction((tx) =>
      wantDelivered(tx, { ...subject(), subjectId: newId(), provider: blocked.provider }),
    );
    const standingOf = (standing: "blocked" | "unlisted") => ({ siteId: site.id, provider: peer.provider, standing });
    await db().provider.create({ data: { ...standingOf("blocked"), provider: blocked.provider } });
    await db().provider.create({ data: standingOf("blocked") });
    const { id: deliveryId } = await db().delivery.findFirstOrThrow({ where: { provider: peer.provider } });
    const tomorrow = new Date(Date.now() + 86_400_000);
    await db().delivery.updateMany({ data: { attempts: 9, firstAttemptAt: new Date(0), nextAttemptAt: tomorrow } });
    await wakeDeliveries({ siteId: site.id });
    const asleep = await db().delivery.count({ where: { nextAttemptAt: tomorrow } });
    await db().provider.updateMany({ where: { provider: peer.provider }, data: standingOf("unlisted") });

    await wakeDeliveries({ siteId: site.id, provider: peer.provider });
    await deliver({ siteId: site.id, deliveryId }, describers, noteNobody);

    expect(asleep).toBe(2);
    expect(heard()).toEqual(["first"]);
    expect(await db().delivery.count({ where: { nextAttemptAt: tomorrow } })).toBe(1);
    await blocked.stop();
  });

  it.each([
    ["401", () => peer.on("/ocm/notifications", { status: 401, json: {} })],
    ["408", () => peer.on("/ocm/notifications", { status: 408, json: {} })],
    ["429", () => peer.on("/ocm/notifications", { status: 429, json: {} })],
    ["500", () => peer.on("/ocm/notifications", { status: 500, json: {} })],
    ["503", () => peer.on("/ocm/notifications", { status: 503, json: {} })],
    ["a redirect", () => peer.on("/ocm/notifications", { status: 307, headers: { location: "/" }, json: {} })],
    ["a cloud that is away", () => peer.stop()],
  ])("is tried again later: %s", async (_name, breakIt) => {
    await want();
    await breakIt();

    await run();
    await run();

    const { failure, nextAttemptAt, gaveUpAt, attempts } = await row();
    expect({ gaveUpAt, attempts, hasFailure: failure !== null }).toEqual({
      gaveUpAt: null,
      attempts: 1,
      hasFailure: true,
    });
    expect(nextAttemptAt.getTime()).toBeGreaterThan(Date.now() + 2_000);
    expect(failures).toEqual([{ sentence: failure, hasGivenUp: false }]);
  });

  it("waits at least as long as the peer asks", async () => {
    await want();
    peer.on("/ocm/notifications", { status: 503, json: {}, headers: { "retry-after": "120" } });

    await run();

    expect((await row()).nextAttemptAt.getTime()).toBeGreaterThan(Date.now() + 115_000);
  });

  it("is forgotten when the peer comes back", async () => {
    await want();
    await run().then(() => peer.stop());
    state = "second";
    await want();
    await run();
    await peer.startAgain();
    await makeDue();

    await run();

    expect(heard()).toEqual(["first", "second"]);
    expect(await row()).toMatchObject({ failure: null, attempts: 0, knownVersion: 2 });
  });

  it("is given up after a week, visibly", async () => {
    await want();
    peer.on("/ocm/notifications", { status: 503, json: {} });
    await db().delivery.updateMany({ data: { firstAttemptAt: new Date(Date.now() - 8 * 86_400_000) } });

    await run();

    expect(await row()).toMatchObject({ gaveUpAt: expect.any(Date), failure: expect.any(String) });
    expect(failures).toEqual([{ sentence: expect.any(String), hasGivenUp: true }]);
  });
});

describe("a failure that does not pass", () => {
  it.each([400, 403, 404, 409, 501])("is given up at once: %i", async (status) => {
    await want();
    peer.on("/ocm/notifications", { status, json: {} });

    await run();
    await run();

    expect(heard()).toHaveLength(1);
    expect(await row()).toMatchObject({ gaveUpAt: expect.any(Date), failure: expect.stringMatching(/\.$/) });
    expect(failures.at(-1)?.hasGivenUp).toBe(true);
  });

  it("can be tried again by hand, or by the next change", async () => {
    await want();
    peer.on("/ocm/notifications", { status: 403, json: {} });
    await run();
    const retried = await db().$transaction((tx) => retryNow(tx, subject()));
    await run();
    peer.on("/ocm/notifications", { status: 201, json: {} });
    await want();

    await run();

    expect(retried).toMatchObject({ gaveUpAt: null });
    expect(heard()).toHaveLength(3);
    expect(await row()).toMatchObject({ gaveUpAt: null, knownVersion: 2 });
  });
});

it("lets go of what was given up, and only of that", async () => {
  await want();
  peer.on("/ocm/notifications", { status: 403, json: {} });
  await db().$transaction((tx) => dropGivenUp(tx, subject()));
  const before = await row();
  await run();

  await db().$transaction((tx) => dropGivenUp(tx, subject()));

  expect(before).toMatchObject({ wantedVersion: 1, knownVersion: 0 });
  expect(await row()).toMatchObject({ knownVersion: 1, gaveUpAt: null, failure: null });
  expect(await db().$transaction((tx) => retryNow(tx, subject()))).toBe(null);
});

it("has nothing to retry once the peer knows", async () => {
  await want();
  await run();

  const retried = await db().$transaction((tx) => retryNow(tx, subject()));

  expect(retried).toBe(null);
});

it("wakes what is due although its job was lost, and nothing else", async () => {
  await want();
  await db().$executeRaw`SELECT graphile_worker.remove_job(key) FROM graphile_worker.jobs`;
  await db().delivery.updateMany({ data: { nextAttemptAt: new Date(Date.now() + 60_000) } });
  await sweepDeliveries();
  const early = await queued();
  await makeDue();

  await sweepDeliveries();

  expect(early).toEqual([]);
  expect(await queued()).toEqual([{ key: `deliver:${(await row()).id}` }]);
});
