import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hashSecret, newSecret } from "../lib/core/secrets";
import { connectPeople } from "./connect";
import { database, peakMemory, residentMemory, type Setting } from "./setting";
import { median, type Row } from "./table";
import { curl } from "./yardsticks/curl";
import { freePort } from "./yardsticks/free-port";
import { startRclone } from "./yardsticks/rclone";

const ROUNDS = 5;
const PROPFIND = { method: "PROPFIND", headers: { depth: "1" } };

/** Files of 100 bytes in the database, all of one blob: what is measured is the listing. */
export async function fillFolder(cloud: Setting["clouds"][0], folderId: string, count: number) {
  const pool = database(cloud);
  const { rows } = await pool.query(`SELECT "siteId", "ownerId" FROM "FileNode" WHERE id = $1`, [folderId]);
  const { siteId, ownerId } = rows[0];
  await pool.query(
    `WITH blob AS (INSERT INTO "Blob" ("siteId", id, sha256, size) VALUES ($1, gen_random_uuid(), '', 100) RETURNING id)
     INSERT INTO "FileNode" ("siteId", id, "ownerId", "parentId", kind, name, "blobId", size, "mediaType")
     SELECT $1, gen_random_uuid(), $2, $3, 'file', 'file-' || n || '.txt', blob.id, 100, 'text/plain'
     FROM blob, generate_series(1, $4::int) n`,
    [siteId, ownerId, folderId, count],
  );
  await pool.query(`ANALYZE "FileNode"`);
  await pool.end();
  return siteId as string;
}

/** An access token for the share, as the token endpoint would have issued it to the other cloud. */
async function issueToken(setting: Setting, siteId: string, sentShareId: string) {
  const token = newSecret("acc_");
  const pool = database(setting.clouds[0]);
  await pool.query(
    `INSERT INTO "AccessToken" ("siteId", "tokenHash", "sentShareId", "expiresAt")
     VALUES ($1, $2, $3, now() + interval '1 hour')`,
    [siteId, hashSecret("access-token", token), sentShareId],
  );
  await pool.end();
  return token;
}

async function measure(setting: Setting, count: number): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const { folderId, sentShareId } = await connectPeople(setting, `Listing ${count}`);
  const siteId = await fillFolder(cloud, folderId, count);
  const token = await issueToken(setting, siteId, sentShareId);
  const url = `${cloud.origin}/dav/ocm/${sentShareId}/`;
  const ask = () => curl(url, { ...PROPFIND, headers: { depth: "1", authorization: `Bearer ${token}` } });

  const folder = path.join(setting.folder, `rclone-${count}`);
  mkdirSync(folder);
  for (let n = 1; n <= count; n++) writeFileSync(path.join(folder, `file-${n}.txt`), "x".repeat(100));
  const rclone = await startRclone(folder, await freePort());

  const ours: { firstByteMs: number; totalMs: number }[] = [];
  const theirs: number[] = [];
  await ask();
  const before = residentMemory(cloud.pid);
  const peak = await peakMemory([cloud.pid], async () => {
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push((await curl(`${rclone.origin}/`, PROPFIND)).totalMs);
      ours.push(await ask());
    }
  });
  rclone.stop();
  const what = `PROPFIND of ${count.toLocaleString("en")} entries`;
  return [
    {
      what,
      figure: median(ours.map((one) => one.totalMs)),
      unit: "ms",
      yardstick: { name: "rclone serve webdav", figure: median(theirs) },
      target: 2,
    },
    { what: `${what}, first byte`, figure: median(ours.map((one) => one.firstByteMs)), unit: "ms", target: 50 },
    { what: `${what}, memory gained`, figure: Math.max(0, peak - before), unit: "MB", target: 50 },
  ];
}

/** Listing a share over WebDAV, as another cloud does. */
export async function propfind(setting: Setting): Promise<Row[]> {
  return [...(await measure(setting, 1000)), ...(await measure(setting, 10_000))];
}
