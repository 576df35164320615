import { createHash } from "node:crypto";
import fs from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { FORMAT, filesBelow } from "./backup.mjs";
import { withClient } from "./database.mjs";
import { listTables, loadTable, withDeferredKeys, writeSequences } from "./dump.mjs";
import { applyMigration, bringUpToDate, readApplied, readMigrations } from "./migrations.mjs";
import { Plain, plainFileError } from "./plain.mjs";
import { readEntry, readTar } from "./tar.mjs";

const ENTRY = /^(manifest\.json|key|SHA256SUMS|tables\/\w+\.jsonl|blobs(\/[\w-][\w.-]*)+)$/;

async function digestOf(entry) {
  const hash = createHash("sha256");
  for await (const chunk of entry.chunks()) hash.update(chunk);
  return hash.digest("hex");
}

/** Reads the archive once from end to end. Returns its manifest and key when everything in it is what was written. */
async function verify(handle) {
  const digests = new Map();
  const small = new Map();
  for await (const entry of readTar(handle)) {
    if (!ENTRY.test(entry.name)) throw new Plain(`The archive holds ${entry.name}, which no backup does.`);
    if (!entry.name.includes("/")) small.set(entry.name, (await readEntry(entry)).toString("utf8"));
    if (entry.name !== "SHA256SUMS") digests.set(entry.name, await digestOf(entry));
  }
  const sums = [...digests].map(([name, digest]) => `${digest}  ${name}\n`).join("");
  if (sums !== small.get("SHA256SUMS")) throw new Plain("The archive is damaged: its checksums do not match.");
  const manifest = JSON.parse(small.get("manifest.json"));
  if (manifest.format !== FORMAT) throw new Plain("The archive was written by another version of Tessera.");
  return { manifest, key: small.get("key") };
}

/** The migrations that had made the database of the backup, and those that have come since. */
function splitMigrations(manifest) {
  const known = readMigrations();
  const isPast = ({ name, checksum }) =>
    manifest.migrations.some((one) => one.name === name && one.checksum === checksum);
  const past = known.filter(isPast);
  if (past.length !== manifest.migrations.length) {
    throw new Plain("The backup was made by a newer or another version of Tessera: update first.");
  }
  return { past, since: known.filter((migration) => !isPast(migration)) };
}

async function requireEmpty(client, folder) {
  for (const name of await listTables(client)) {
    const { rowCount } = await client.query(`SELECT FROM ${client.escapeIdentifier(name)} LIMIT 1`);
    if (rowCount > 0) throw new Plain("There is data here already. Add --force to replace it by the backup, for good.");
  }
  if (filesBelow(path.join(folder, "blobs")).length > 0) {
    throw new Plain(`There are files in ${folder}/blobs already. Add --force to replace them by the backup, for good.`);
  }
}

async function extract(handle, workplace) {
  for await (const entry of readTar(handle)) {
    if (!entry.name.includes("/")) continue;
    const file = path.join(workplace, entry.name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await pipeline(entry.chunks(), fs.createWriteStream(file, { mode: 0o600, flush: true }));
  }
}

/** Replaces the whole database in one transaction. Jobs are not in a backup: they follow from the state. */
async function replaceDatabase(client, manifest, tables) {
  const { past, since } = splitMigrations(manifest);
  await client.query("SET client_min_messages = warning");
  await client.query("BEGIN");
  try {
    await client.query(
      "DROP SCHEMA IF EXISTS graphile_worker CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    );
    await readApplied(client);
    for (const migration of past) await applyMigration(client, migration);
    await withDeferredKeys(client, async () => {
      for (const table of manifest.tables) {
        await client.query(`DELETE FROM ${client.escapeIdentifier(table)}`); // rows that a migration made
      }
      for (const table of manifest.tables) await loadTable(client, table, path.join(tables, `${table}.jsonl`));
    });
    await writeSequences(client, manifest.sequences);
    for (const migration of since) await applyMigration(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error instanceof Plain ? error : new Plain(`The database could not be restored: ${error.message}`);
  }
}

function putInPlace(folder, workplace, key) {
  const blobs = path.join(folder, "blobs");
  fs.rmSync(blobs, { recursive: true, force: true });
  if (fs.existsSync(path.join(workplace, "blobs"))) fs.renameSync(path.join(workplace, "blobs"), blobs);
  fs.writeFileSync(path.join(folder, "key"), key, { mode: 0o600 });
}

/** Two clouds on one bucket: each takes what the other has stored for bytes that nothing names. */
const sharedBucket = (bucket) =>
  new Plain(
    `Nothing was restored: S3_BUCKET names ${bucket}. A cloud that is restored removes from its bucket what the backup ` +
      "does not name, also what was stored there since. If no other cloud uses this bucket any more, add " +
      "--with-bucket. To restore on a second machine, name a copy of the bucket.",
  );

/**
 * Makes a cloud what it was when the archive was written. Nothing changes unless the archive is whole and fits.
 * `secretKey` is the key that the environment imposes, if it does.
 * A `bucket` that the environment names has to be this cloud's alone: `withBucket` says so.
 * @param {{ databaseUrl: string, folder: string, file: string, secretKey?: string, force?: boolean, bucket?: string, withBucket?: boolean }} options
 */
export async function restoreBackup({
  databaseUrl,
  folder,
  file,
  secretKey,
  force = false,
  bucket,
  withBucket = false,
}) {
  if (bucket && !withBucket) throw sharedBucket(bucket);
  const workplace = path.join(folder, "restore.tmp");
  let handle;
  try {
    handle = await open(file);
    const { manifest, key } = await verify(handle);
    if (secretKey && secretKey !== key) {
      throw new Plain("SECRET_KEY is not the key of this backup: unset it, or set it to the one in the archive.");
    }
    splitMigrations(manifest);
    fs.rmSync(workplace, { recursive: true, force: true });
    fs.mkdirSync(workplace, { recursive: true, mode: 0o700 });
    await withClient(databaseUrl, async (client) => {
      if (!force) await requireEmpty(client, folder);
      await extract(handle, workplace);
      await replaceDatabase(client, manifest, path.join(workplace, "tables"));
    });
    putInPlace(folder, workplace, key);
    await bringUpToDate(databaseUrl);
    return { tables: manifest.tables.length, createdAt: manifest.createdAt };
  } catch (error) {
    if (error.code === "ENOENT") throw new Plain(`There is no ${error.path}.`);
    throw plainFileError(error, folder);
  } finally {
    await handle?.close();
    fs.rmSync(workplace, { recursive: true, force: true });
  }
}
