import fs from "node:fs";
import path from "node:path";
import { withClient } from "./database.mjs";
import { dumpTable, listTables, readSequences } from "./dump.mjs";
import { tryLock } from "./lock.mjs";
import { readApplied } from "./migrations.mjs";
import { Plain, plainFileError } from "./plain.mjs";
import { openTarWriter } from "./tar.mjs";

export const FORMAT = 1;

/** What is being written has no row yet: it is not part of a backup. */
const isFinished = (file) => !file.split(path.sep).includes("incoming");

/** The files below a folder, relative to it. */
export function filesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** Whoever removes blobs holds it meanwhile, and leaves them alone while it is held. See lib/files/blobs/sweep.ts. */
const BLOBS_LOCK = "hashtextextended('blobs', 0)";

/**
 * Gives every blob a second name, so that one which is removed a moment later is still there to be read. Called once
 * the snapshot stands: a blob is on the disk before the row that names it.
 */
function holdBlobs(blobs, held) {
  const names = filesBelow(blobs).filter(isFinished);
  for (const name of names) {
    fs.mkdirSync(path.dirname(path.join(held, name)), { recursive: true });
    try {
      fs.linkSync(path.join(blobs, name), path.join(held, name));
    } catch (error) {
      if (error.code !== "ENOENT") throw error; // swept since the listing, since no row names it
    }
  }
  return filesBelow(held).sort();
}

/** The blobs of which the cloud knows that their bytes are gone or damaged, each by its file. */
async function listDamaged(client) {
  const { rows } = await client.query(
    `SELECT b."siteId", b."id" FROM "BlobDamage" d JOIN "Blob" b ON b."siteId" = d."siteId" AND b."id" = d."blobId"
     WHERE b."bytes" IS NULL`,
  );
  return new Set(rows.map(fileOf));
}

const fileOf = ({ siteId, id }) => path.join(siteId, id.slice(-2), id);

/**
 * Fails if the snapshot names bytes that are not there, and nobody knows of it: a backup without them would look like a
 * whole one. Where there is a bucket, they are in that: returns how many.
 */
async function requireAllBlobs(client, { folder, blobs, damaged, bucket }) {
  const held = new Set(blobs);
  const missing = [];
  await client.query(`DECLARE named NO SCROLL CURSOR FOR SELECT "siteId", "id" FROM "Blob" WHERE "bytes" IS NULL`);
  for (;;) {
    const { rows } = await client.query("FETCH 10000 FROM named");
    if (rows.length === 0) break;
    missing.push(...rows.map(fileOf).filter((name) => !held.has(name) && !damaged.has(name)));
  }
  if (missing.length === 0 || bucket) return missing.length;
  throw new Plain(
    `No backup was written: ${missing.length} of the files in the database have no bytes in ${folder}, ` +
      `the first of them ${missing[0]}. Look for them in an older backup, or let \`npx tessera storage verify\` note ` +
      "them as lost: then a backup is written without them.",
  );
}

/** Given back with the connection. See lib/files/blobs/moving.ts. */
async function requireNoMove(client) {
  const { rows } = await client.query(
    `SELECT pg_try_advisory_lock_shared(hashtextextended('move-blobs', 0)) AS "isMine"`,
  );
  if (rows[0].isMine) return;
  throw new Plain("No backup was written: files are being moved between disk and bucket. Try again when that is over.");
}

/** Reads the whole database in one transaction: all tables as they were at one moment. */
async function takeSnapshot(client, { folder, workplace, bucket }) {
  await readApplied(client); // makes the bookkeeping where it is missing, which a read-only transaction cannot
  await requireNoMove(client);
  await client.query(`SELECT pg_advisory_lock(${BLOBS_LOCK})`); // given back below, or with the connection
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const { rows: migrations } = await client.query(
    "SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name",
  );
  const held = holdBlobs(path.join(folder, "blobs"), path.join(workplace, "blobs"));
  await client.query(`SELECT pg_advisory_unlock(${BLOBS_LOCK})`);
  const damaged = await listDamaged(client); // a disk may fail to read them
  const blobs = held.filter((name) => !damaged.has(name));
  const inBucket = await requireAllBlobs(client, { folder: path.join(folder, "blobs"), blobs, damaged, bucket });
  const tables = await listTables(client);
  fs.mkdirSync(path.join(workplace, "tables"));
  for (const table of tables) await dumpTable(client, table, path.join(workplace, "tables", `${table}.jsonl`));
  const sequences = await readSequences(client);
  await client.query("COMMIT");
  return { migrations, tables, sequences, blobs, inBucket, damaged: damaged.size };
}

async function writeArchive(archive, { snapshot, key, workplace }) {
  const { migrations, tables, sequences, blobs } = snapshot;
  const manifest = { format: FORMAT, createdAt: new Date().toISOString(), migrations, tables, sequences };
  await archive.addBytes("manifest.json", Buffer.from(JSON.stringify(manifest, null, 2)));
  await archive.addBytes("key", Buffer.from(key));
  for (const table of tables) {
    await archive.addFile(`tables/${table}.jsonl`, path.join(workplace, "tables", `${table}.jsonl`));
  }
  for (const blob of blobs) await archive.addFile(`blobs/${blob}`, path.join(workplace, "blobs", blob));
  const sums = [...archive.digests].map(([name, digest]) => `${digest}  ${name}\n`).join("");
  await archive.addBytes("SHA256SUMS", Buffer.from(sums)); // last, in the form that `sha256sum -c` reads
  await archive.finish();
}

/**
 * Writes one archive with the database, the blobs it names and the key, while the cloud goes on working.
 * `folder` is the data folder. The archive appears under its name only when it is whole. What is in a `bucket` is not part of it,
 * nor what is known to be damaged.
 * @param {{ databaseUrl: string, folder: string, key: string, file: string, bucket?: string }} options
 */
export async function writeBackup({ databaseUrl, folder, key, file, bucket }) {
  if (fs.existsSync(file)) throw new Plain(`${file} exists already: give another name.`);
  const part = `${file}.part`;
  const release = tryLock(path.join(folder, "backup.lock"));
  if (!release) throw new Plain(`Another backup of ${folder} is being written.`);
  const workplace = path.join(folder, "backup.tmp"); // beside the blobs, so that they can be linked
  let archive;
  try {
    fs.rmSync(workplace, { recursive: true, force: true }); // of a backup that was killed
    fs.mkdirSync(workplace, { mode: 0o700 });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.rmSync(part, { force: true });
    archive = await openTarWriter(part);
    const snapshot = await withClient(databaseUrl, (client) => takeSnapshot(client, { folder, workplace, bucket }));
    await writeArchive(archive, { snapshot, key, workplace });
    fs.renameSync(part, file);
    const { tables, blobs, inBucket, damaged } = snapshot;
    return { tables: tables.length, blobs: blobs.length, inBucket, damaged };
  } catch (error) {
    await archive?.close();
    fs.rmSync(part, { force: true });
    throw plainFileError(error, file);
  } finally {
    fs.rmSync(workplace, { recursive: true, force: true });
    release();
  }
}
