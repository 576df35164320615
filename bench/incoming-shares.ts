import { randomUUID } from "node:crypto";
import { verifyRequest } from "../lib/protocol/httpsig/verify";
import type { CloudClient } from "../tests/cloud-client";
import { type FakePeer, startPeer } from "../tests/peer";
import { database, person, type Setting } from "./setting";
import { publicKey, signedMessage } from "./signatures";
import { percentile, type Row } from "./table";

/** In each of so many rounds, in which one side is measured after the other; what counts is the median of the rounds. */
const COUNT = 200;
const ROUNDS = 15;
/** So often both sides have done it before they are measured: the compiler works meanwhile. */
const WARM = 1000;
const AT_ONCE = 4;

/** Milliseconds for each of `count`, so many at a time. */
export async function cost(count: number, one: (n: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await one(next++);
    }),
  );
  return (performance.now() - start) / count;
}

function shareFor(shareWith: string, provider: string) {
  const providerId = randomUUID();
  return {
    shareWith,
    name: `measured ${providerId}`,
    providerId,
    owner: `somebody@${provider}`,
    sender: `somebody@${provider}`,
    shareType: "user",
    resourceType: "file",
    protocol: {
      name: "multi",
      webdav: {
        uri: providerId,
        sharedSecret: `secret-${providerId}`,
        permissions: ["read"],
        requirements: ["must-exchange-token"],
      },
    },
  };
}

/** Sends what a peer has signed; throws unless it is taken. */
export async function send(client: CloudClient, path: string, request: Request): Promise<void> {
  const body = Buffer.from(await request.arrayBuffer());
  const { "x-tessera-site": _site, "x-tessera-address": _address, ...headers } = Object.fromEntries(request.headers);
  const answer = await client.send("POST", path, { body, headers });
  const text = await answer.body.text();
  if (answer.statusCode !== 201) throw new Error(`POST ${path} answered ${answer.statusCode} ${text}`);
}

/** Signed shares that come in, beside verifying such a signature and inserting one row. */
export async function incomingShares(setting: Setting): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const alice = await person(cloud);
  const { id: userId, cloudAddress } = await alice.json<{ id: string; cloudAddress: string }>("GET", "/api/account");
  const pool = database(cloud);
  const peer = await startPeer();
  const sign = (target: FakePeer) =>
    target.request({ id: "", origin: cloud.origin }, "/ocm/shares", shareFor(cloudAddress, target.provider));
  const receive = (requests: Request[]) =>
    cost(requests.length, (n) => send(alice, "/ocm/shares", requests[n] as Request));
  const signed = (count: number) => Array.from({ length: count }, () => sign(peer));

  await receive(signed(1)); // discovers the peer
  const { rows } = await pool.query(`SELECT * FROM "ReceivedShare" WHERE "receiverId" = $1`, [userId]);
  const keepOnly = (count: number) =>
    pool.query(
      `DELETE FROM "ReceivedShare" WHERE "receiverId" = $1 AND id NOT IN
        (SELECT id FROM "ReceivedShare" WHERE "receiverId" = $1 ORDER BY id = $2 DESC LIMIT $3)`,
      [userId, rows[0].id, count],
    );
  await receive(signed(WARM));

  await pool.query('CREATE TABLE bench_share (LIKE "ReceivedShare" INCLUDING ALL)');
  const columns = Object.keys(rows[0]).filter((name) => !["id", "providerId"].includes(name));
  const list = columns.map((name) => `"${name}"`).join(", ");
  const insert = `INSERT INTO bench_share (id, "providerId", ${list})
    SELECT gen_random_uuid(), gen_random_uuid(), ${list} FROM "ReceivedShare" WHERE id = $1`;
  const message = signedMessage(cloud.origin, JSON.stringify(shareFor(cloudAddress, peer.provider)));
  const verifyAndInsert = async () => {
    const verified = await verifyRequest(message, async () => publicKey);
    if (!verified.ok) throw new Error(verified.reason);
    await pool.query(insert, [rows[0].id]);
  };
  await cost(WARM, verifyAndInsert);

  const bare: number[] = [];
  const atHundred: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await cost(COUNT, verifyAndInsert));
    await keepOnly(100);
    atHundred.push(await receive(signed(COUNT)));
  }
  await pool.query("DROP TABLE bench_share");

  await pool.query(
    `INSERT INTO "ReceivedShare" (id, "providerId", ${list})
     SELECT gen_random_uuid(), gen_random_uuid(), ${list} FROM "ReceivedShare", generate_series(1, 10000) WHERE id = $1`,
    [rows[0].id],
  );
  await pool.query(`ANALYZE "ReceivedShare"`);
  const atTenThousand: number[] = [];
  for (let round = 0; round < ROUNDS; round++) atTenThousand.push(await receive(signed(COUNT)));
  await pool.query(`DELETE FROM "ReceivedShare" WHERE "receiverId" = $1`, [userId]);
  await pool.end();
  await peer.stop();
  return [
    {
      what: "signed POST /ocm/shares, each, 4 at a time",
      figure: percentile(atHundred, 0.5),
      unit: "ms",
      yardstick: { name: "verify and insert", figure: percentile(bare, 0.5) },
      target: 4,
    },
    {
      what: "the same with 10,000 shares stored",
      figure: percentile(atTenThousand, 0.5),
      unit: "ms",
      yardstick: { name: "with 100", figure: percentile(atHundred, 0.5) },
      target: 1.25,
    },
  ];
}
