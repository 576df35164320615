import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import pg from "pg";
import { startPeer } from "@/tests/peer";
import { type Clouds, expect, killCloud, killDatabase, readClouds, startCloud, test } from "./clouds";
import { queryRows } from "./knock";
import {
  getFile,
  type Member,
  makeAliceAndBob,
  makeFolder,
  namesIn,
  putFile,
  receivedShares,
  sentShares,
  shareWith,
} from "./people";
import { addressOf } from "./stranger";

// kill -9 at the worst moments. Longer: npm run test:crash
const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 1);
/** What is tried again after a failure waits 5 s and more. */
const PATIENCE = { timeout: 60_000 };
const MB = 1024 * 1024;

test.describe.configure({ mode: "serial" });

let clouds: Clouds;
let alice: Member;
let bob: Member;
let bobsAddress: string;

// Whoever comes after finds it running, also after a failure.
test.afterAll(() => startCloud("a"));
test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  bobsAddress = await addressOf(bob);
});

const contentOf = (name: string) => createHash("sha512").update(name).digest("hex").repeat(40);

/** Uploads small files one after the other until the server is gone; says which were acknowledged. */
async function uploadUntilItFails(folder: string, worker: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let number = 0; ; number++) {
    const file = `${folder}/${worker}-${number}.txt`;
    try {
      await putFile(alice, file, contentOf(file));
    } catch {
      return acknowledged;
    }
    acknowledged.push(file);
  }
}

/** An upload that has sent 2 MB and never ends. */
function uploadForEver(file: string): Promise<unknown> {
  const body = new Readable({ read() {} });
  body.push(randomBytes(2 * MB));
  const query = `path=${encodeURIComponent(file)}&conflict=replace`;
  return alice.client.send("PUT", `/content/files?${query}`, { body }).catch((error) => error);
}

async function countOf(table: string, condition = "true"): Promise<number> {
  const rows = await queryRows<{ count: number }>(
    clouds.a,
    `SELECT count(*)::int AS count FROM "${table}" WHERE ${condition}`,
  );
  return rows[0]?.count ?? 0;
}
const undelivered = () => countOf("Delivery", `"knownVersion" < "wantedVersion" AND "gaveUpAt" IS NULL`);

/** No job of a queue that exists by now is taken until this is let go. */
async function holdQueues(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: clouds.a.databaseUrl });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM graphile_worker._private_job_queues FOR NO KEY UPDATE");
  return () => client.end();
}

/** A lease that a dead process holds ends by itself within two minutes; here it has. */
async function letLeasesRunOut(): Promise<void> {
  await queryRows(clouds.a, `UPDATE "Delivery" SET "leaseUntil" = now() WHERE "leaseUntil" IS NOT NULL`);
  await queryRows(clouds.a, `SELECT graphile_worker.add_job('sweep-deliveries')`);
}

/** Every file that was acknowledged is there as it was sent, and whatever else is there is whole. */
async function expectWhole(folder: string, acknowledged: string[]): Promise<void> {
  const names = (await namesIn(alice, folder)).map((name) => `${folder}/${name}`);
  expect(names).toEqual(expect.arrayContaining(acknowledged));
  for (const file of names) expect((await getFile(alice, file)).body.toString() === contentOf(file), file).toBe(true);
}

/** Once their leases have run out, broken uploads have left no bytes, no rows and no debt. */
async function expectNothingLeft(): Promise<void> {
  await queryRows(clouds.a, `UPDATE "UploadLease" SET "leaseUntil" = now() - interval '1 second'`);
  await queryRows(clouds.a, `SELECT graphile_worker.add_job('sweep-blobs')`);
  const isFile = /^[0-9a-f-]{36}$/;
  const stored = () => {
    const entries = readdirSync(path.join(clouds.a.folder, "blobs"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && isFile.test(entry.name)).length;
  };
  // What is short stands in its row; other specs may have left some.
  await expect.poll(async () => stored() - (await countOf("Blob", `"bytes" IS NULL`)), PATIENCE).toBe(0);
  expect(await countOf("UploadLease")).toBe(0);
  const debt = await queryRows(
    clouds.a,
    `SELECT u."userName" FROM "User" u
      WHERE u.used + (SELECT coalesce(sum(l.bytes), 0) FROM "UsageLane" l WHERE l."userId" = u.id) <> (SELECT coalesce(sum(held.size), 0) FROM (
        SELECT n.size FROM "FileNode" n WHERE n."siteId" = u."siteId" AND n."ownerId" = u.id
        UNION ALL SELECT v.size FROM "FileVersion" v WHERE v."siteId" = u."siteId" AND v."ownerId" = u.id
        UNION ALL SELECT c.size FROM "OfflineCopy" c WHERE c."siteId" = u."siteId" AND c."ownerId" = u.id
        UNION ALL SELECT r.reserved FROM "ResumableUpload" r WHERE r."siteId" = u."siteId" AND r."ownerId" = u.id) held)`,
  );
  expect(debt).toEqual([]);
}

async function isReady(origin: string): Promise<boolean> {
  const { port } = new URL(origin);
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

for (let round = 1; round <= ROUNDS; round++) {
  test.describe(`round ${round} of ${ROUNDS}`, () => {
    const folder = `/Round ${round}`;

    test("the server killed during uploads keeps all that it acknowledged, and nothing half made", async () => {
      await makeFolder(alice, folder);
      const kept = `${folder}/kept.bin`;
      await putFile(alice, kept, contentOf(kept));
      const small = [1, 2, 3].map((worker) => uploadUntilItFails(folder, worker));
      const big = [uploadForEver(`${folder}/new.bin`), uploadForEver(kept)];
      const begun = () => countOf("UploadLease", "reserved = 0"); // of whose length nobody has said anything
      await expect.poll(begun).toBeGreaterThanOrEqual(2);
      await expect.poll(async () => (await namesIn(alice, folder)).length).toBeGreaterThan(5);

      await killCloud("a");
      const acknowledged = (await Promise.all(small)).flat();
      await Promise.all(big);
      await startCloud("a");

      expect(acknowledged.length).toBeGreaterThan(3);
      await expectWhole(folder, [...acknowledged, kept]);
      await expectNothingLeft();
    });

    test("the server killed between a share and its delivery delivers it when it is back", async () => {
      const { id: nodeId } = await makeFolder(alice, `${folder}/Shared`);
      // The first makes the other cloud one that answers, the second the queue in which the next one waits.
      for (const name of ["Earlier", "Later"]) {
        const earlier = await makeFolder(alice, `${folder}/${name}`);
        await shareWith(alice, bob, earlier.id);
        await expect.poll(undelivered, PATIENCE).toBe(0);
      }
      const letGo = await holdQueues();
      const recipient = { kind: "address", address: bobsAddress };
      await alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "editor" });

      await killCloud("a");
      const arrived = async () => (await receivedShares(bob)).filter(({ name }) => name === "Shared").length;
      expect([await undelivered(), await countOf("Delivery", "attempts > 0"), await arrived()]).toEqual([
        1,
        0,
        round - 1,
      ]);
      await letGo();
      await startCloud("a");

      await expect.poll(arrived, PATIENCE).toBe(round);
      await expect.poll(undelivered, PATIENCE).toBe(0);
    });

    test("the server killed while it delivers tells it again, once the dead one’s lease is over", async () => {
      const peer = await startPeer({ port: clouds.peerPorts[16 + (round % 8)] });
      peer.on("/ocm/shares", "hang");
      const { id: nodeId } = await makeFolder(alice, `${folder}/Told`);
      const recipient = { kind: "address", address: `bob@${peer.provider}` };
      const share = { nodeId, recipient, role: "viewer" };
      const { id } = await alice.client.json<{ id: string }>("POST", "/api/shares/sent", share);
      await expect.poll(() => peer.requestsTo("/ocm/shares").length, PATIENCE).toBe(1);

      await killCloud("a");
      peer.on("/ocm/shares", { status: 201, json: { recipientDisplayName: "Bob" } });
      await letLeasesRunOut();
      await startCloud("a");

      const state = async () => (await sentShares(alice)).find((one) => one.id === id)?.state;
      await expect.poll(state, PATIENCE).toBe("delivered");
      const offers = peer.requestsTo("/ocm/shares").map(({ body }) => JSON.parse(body.toString()).providerId);
      expect(new Set(offers)).toEqual(new Set([id]));
      await peer.stop();
    });

    test("the receiving server killed while offers come in has each of them once", async () => {
      const names = Array.from({ length: 8 }, (_, number) => `Offer ${round}.${number}`);
      const folders = await Promise.all(names.map((name) => makeFolder(alice, `${folder}/${name}`)));
      const recipient = { kind: "address", address: bobsAddress };

      const sending = folders.map(({ id: nodeId }) =>
        alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" }),
      );
      await killCloud("b");
      await Promise.all(sending);
      await startCloud("b");

      await expect.poll(undelivered, PATIENCE).toBe(0);
      const arrived = (await receivedShares(bob)).map(({ name }) => name).filter((name) => names.includes(name));
      expect(arrived.sort()).toEqual(names);
    });

    test("the database killed during traffic loses nothing, and both clouds go on by themselves", async () => {
      test.slow(); // from the second round on the database gets its time before it is killed
      const traffic = `${folder}/Traffic`;
      const { id: nodeId } = await makeFolder(alice, traffic);
      const small = [1, 2, 3].map((worker) => uploadUntilItFails(traffic, worker));
      await expect.poll(async () => (await namesIn(alice, traffic)).length).toBeGreaterThan(5);
      const shared = await shareWith(alice, bob, nodeId);

      await killDatabase();
      const acknowledged = (await Promise.all(small)).flat();
      for (const { origin } of [clouds.a, clouds.b]) await expect.poll(() => isReady(origin), PATIENCE).toBe(true);
      await letLeasesRunOut();

      await expectWhole(traffic, acknowledged);
      await expect.poll(undelivered, PATIENCE).toBe(0);
      const state = async () => (await sentShares(alice)).find(({ id }) => id === shared.id)?.state;
      await expect.poll(state, PATIENCE).toBe("delivered");
      await putFile(alice, `${traffic}/afterwards.txt`, contentOf(`${traffic}/afterwards.txt`));
      await expectWhole(traffic, [`${traffic}/afterwards.txt`]);
      await expectNothingLeft();
    });
  });
}
