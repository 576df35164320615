import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hashSecret, newSecret } from "../lib/core/secrets";
import { connectPeople } from "./connect";
import { type Dav, davAt, davFiles } from "./dav";
import { database, peakMemory, residentMemory, type Setting } from "./setting";
import { inTurns, median, type Row } from "./table";
import { curl } from "./yardsticks/curl";
import { folderToServe, startFileServers } from "./yardsticks/file-servers";

/** How many entries, in how many rounds, and what is promised of the time beside rclone's. */
const SIZES: [Size, Size, Size] = [
  { count: 1_000, rounds: 5, target: 2 },
  { count: 10_000, rounds: 5, target: 1.5 },
  { count: 100_000, rounds: 3 },
];
const WARM = 5;

type Size = { count: number; rounds: number; target?: number };

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
  await pool.query(`VACUUM ANALYZE "FileNode"`);
  await pool.end();
  return siteId as string;
}

/** The same files in a folder of the disk, for the yardsticks. */
export function fillFolderOfDisk(folder: string, count: number): void {
  mkdirSync(folder);
  const bytes = Buffer.alloc(100, "x");
  for (let n = 1; n <= count; n++) writeFileSync(path.join(folder, `file-${n}.txt`), bytes);
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

/** One listing by curl. Less than the whole is an error: every entry takes more than so many bytes. */
export async function listOver({ name, url, headers }: Dav, folder: string, count: number) {
  const listing = await curl(url + folder, { method: "PROPFIND", headers: { ...headers, depth: "1" } });
  if (listing.bytes < count * 100) throw new Error(`${name} listed ${listing.bytes} bytes of ${folder}`);
  return listing;
}

const folderOf = (count: number) => `listing-${count}`;

/** A share of so many files, as the other cloud opens it. */
async function shareOf(setting: Setting, count: number): Promise<Dav> {
  const cloud = setting.clouds[0];
  const { folderId, sentShareId } = await connectPeople(setting, folderOf(count));
  const siteId = await fillFolder(cloud, folderId, count);
  const token = await issueToken(setting, siteId, sentShareId);
  return davAt("a share", `${cloud.origin}/dav/ocm/${sentShareId}`, { authorization: `Bearer ${token}` });
}

type Listed = { own: Dav; share: Dav; rclone: Dav; apache: Dav };

async function measure(pid: number, { own, share, rclone, apache }: Listed, { count, rounds, target }: Size) {
  const folder = `/${folderOf(count)}/`;
  const listed = await inTurnsOf(pid, rounds, {
    rclone: () => listOver(rclone, folder, count),
    apache: () => listOver(apache, folder, count),
    ours: () => listOver(own, folder, count),
    share: () => listOver(share, "/", count),
  });
  const what = `PROPFIND of ${count.toLocaleString("en")} entries`;
  const yardstick = { name: rclone.name, figure: listed.whole.rclone };
  const others = [{ name: apache.name, figure: listed.whole.apache }];
  const rows: Row[] = [
    { what, figure: listed.whole.ours, unit: "ms", yardstick, target, others },
    { what: `${what}, first byte`, figure: listed.firstByte.ours, unit: "ms", target: 50 },
    { what: `${what}, memory gained`, figure: listed.gained, unit: "MB", target: 50 },
    { what: `${what} by another cloud`, figure: listed.whole.share, unit: "ms", yardstick, target },
    { what: `${what} by another cloud, first byte`, figure: listed.firstByte.share, unit: "ms", target: 50 },
  ];
  return { rows, perThousand: (listed.whole.ours * 1000) / count, peak: listed.peak };
}

type Side = keyof Pick<Listed, "rclone" | "apache" | "share"> | "ours";
type Sides = Record<Side, () => ReturnType<typeof listOver>>;

/** The medians of all sides, and the resident memory of our process meanwhile. */
async function inTurnsOf(pid: number, rounds: number, sides: Sides) {
  const firstBytes: Record<Side, number[]> = { rclone: [], apache: [], ours: [], share: [] };
  const side = (name: Side) => async () => {
    const { firstByteMs, totalMs } = await sides[name]();
    firstBytes[name].push(firstByteMs);
    return totalMs;
  };
  await sides.ours();
  await sides.share();
  const before = residentMemory(pid);
  let whole: Record<Side, number> | undefined;
  const peak = await peakMemory([pid], async () => {
    const measured = { rclone: side("rclone"), apache: side("apache"), ours: side("ours"), share: side("share") };
    whole = await inTurns(rounds, measured);
  });
  if (!whole) throw new Error("Nothing was measured.");
  return {
    whole,
    firstByte: { ours: median(firstBytes.ours), share: median(firstBytes.share) },
    peak,
    gained: Math.max(0, peak - before),
  };
}

/** Listing a folder over WebDAV: as its owner's program does, and as the cloud does with which it is shared. */
export async function propfind(setting: Setting): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const files = folderToServe(setting.folder, "listed");
  const shares = new Map<number, Dav>();
  for (const { count } of SIZES) {
    fillFolderOfDisk(path.join(files, folderOf(count)), count);
    shares.set(count, await shareOf(setting, count));
  }
  const servers = await startFileServers(setting.folder, files);
  const own = await davFiles(cloud);

  // What a process takes for the compiler's work it takes once: it is not what the size of a listing costs.
  for (let warm = 0; warm < WARM; warm++) await listOver(own, `/${folderOf(SIZES[1].count)}/`, SIZES[1].count);
  const ask = (size: Size) => {
    const share = shares.get(size.count);
    if (!share) throw new Error("There is no such share.");
    return measure(cloud.pid, { own, share, ...servers }, size);
  };
  const [small, middle, large] = [await ask(SIZES[0]), await ask(SIZES[1]), await ask(SIZES[2])];
  await servers.stop();
  await emptyFolder(cloud, folderOf(SIZES[2].count));
  const many = `PROPFIND of ${SIZES[2].count.toLocaleString("en")} entries`;
  return [
    ...[small, middle, large].flatMap(({ rows }) => rows),
    {
      what: `${many}, for each 1,000 of them`,
      figure: large.perThousand,
      unit: "ms",
      yardstick: { name: "of 10,000", figure: middle.perThousand },
      target: 1.2,
    },
    {
      what: `${many}, highest resident memory`,
      figure: large.peak,
      unit: "MB",
      yardstick: { name: "of 1,000", figure: small.peak },
      target: 1.2,
    },
  ];
}

/** So that what is measured next does not meet them. */
async function emptyFolder(cloud: Setting["clouds"][0], name: string): Promise<void> {
  const pool = database(cloud);
  await pool.query(
    `DELETE FROM "FileNode" node USING "FileNode" folder
     WHERE node."siteId" = folder."siteId" AND node."parentId" = folder.id AND folder.name = $1`,
    [name],
  );
  await pool.query(`VACUUM ANALYZE "FileNode"`);
  await pool.end();
}
