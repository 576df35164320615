import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { whileBytesStay } from "@/lib/files/blobs/moving";
import { removeUnusedBlobs } from "@/lib/files/blobs/sweep";
import { writeBackup } from "@/scripts/lib/backup.mjs";
import { withClient } from "@/scripts/lib/database.mjs";
import { restoreBackup } from "@/scripts/lib/restore.mjs";
import { countWaiting } from "@/tests/locks";

const KEY = "the-key-of-the-cloud";
const NAMES = ['quoted "name", (with) commas\\', "new\nline\ttab", "żółć 文件 🗂", ""];

let siteId: string;
let ownerId: string;
let rootId: string;
let folder: string;
let archive: string;
let target: string;

/** A database of a role that is no superuser, as a cloud's own database is. */
async function makeTarget(): Promise<string> {
  const name = `${inject("template")}_restored_${process.env.VITEST_POOL_ID}`;
  await withClient(inject("adminUrl"), async (client: pg.Client) => {
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'restored'`);
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
  });
  const url = new URL(inject("adminUrl"));
  Object.assign(url, { username: name, password: "restored", pathname: name });
  return url.href;
}

async function dropTarget(): Promise<void> {
  const name = new URL(target).username;
  await withClient(inject("adminUrl"), async (client: pg.Client) => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.query(`DROP ROLE ${name}`);
  });
}

const blobFile = (data: string, id: string) => path.join(data, "blobs", siteId, id.slice(-2), id);

/** Bytes first, then the row: as an upload does it. */
async function addFile(name: string): Promise<void> {
  const blobId = randomUUID();
  const file = blobFile(config().dataDir, blobId);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `bytes of ${name}`);
  const size = Buffer.byteLength(`bytes of ${name}`);
  await db().$transaction([
    db().blob.create({ data: { siteId, id: blobId, sha256: "00", size } }),
    db().fileNode.create({ data: { siteId, ownerId, parentId: rootId, kind: "file", name, blobId, size } }),
    db().fileChange.create({ data: { siteId, ownerId, nodeId: rootId, ancestors: [rootId, ownerId] } }),
  ]);
}

/** One that is so short that its bytes stand in its row. */
async function addShortFile(name: string): Promise<void> {
  const bytes = Buffer.from(`bytes of ${name}`);
  const blobId = randomUUID();
  await db().blob.create({ data: { siteId, id: blobId, sha256: "00", size: bytes.length, bytes } });
  const node = { siteId, ownerId, parentId: rootId, kind: "file" as const, name, blobId, size: bytes.length };
  await db().fileNode.create({ data: node });
}

const backUp = ({ bucket }: { bucket?: string } = {}) =>
  writeBackup({ databaseUrl: config().database.url, folder: config().dataDir, key: KEY, file: archive, bucket });
const restore = (force = false) => restoreBackup({ databaseUrl: target, folder, file: archive, force });

/** The rows of a table as text, but for transaction numbers, which belong to their cluster. */
async function rowsOf(url: string, table: string): Promise<string[]> {
  const query = `SELECT (to_jsonb(t) - 'xid')::text AS row FROM "${table}" t ORDER BY 1`;
  return withClient(url, async (client: pg.Client) => (await client.query(query)).rows.map(({ row }) => row));
}

beforeEach(async () => {
  const site = { provider: "test.localhost", origin: "http://test.localhost", name: "Test" };
  siteId = (await db().site.create({ data: site })).id;
  const alice = { siteId, userName: "alice", displayName: "Alice", identifier: randomUUID(), mail: "" };
  ownerId = (await db().user.create({ data: alice })).id;
  rootId = (await db().fileNode.create({ data: { siteId, ownerId, kind: "folder", name: "" } })).id;
  for (const name of NAMES) await addFile(name);
  await addShortFile("short.txt");
  folder = mkdtempSync(path.join(os.tmpdir(), "tessera-restored-"));
  archive = path.join(folder, "backup.tar");
  target = await makeTarget();
});

afterEach(async () => {
  await dropTarget();
  rmSync(folder, { recursive: true });
});

it("restores every row, blob and the key into a database of a role without special rights", async () => {
  await backUp();

  await restore();

  for (const table of ["Site", "User", "FileNode", "Blob", "FileChange"]) {
    expect(await rowsOf(target, table)).toEqual(await rowsOf(config().database.url, table));
  }
  for (const { id } of await db().blob.findMany({ where: { bytes: null } })) {
    expect(readFileSync(blobFile(folder, id))).toEqual(readFileSync(blobFile(config().dataDir, id)));
  }
  expect(readFileSync(path.join(folder, "key"), "utf8")).toBe(KEY);
});

it("goes on counting after a restore, and forgets the other cluster's transaction numbers", async () => {
  await db().$executeRaw`UPDATE "FileChange" SET xid = 9000000000000`;
  await backUp();

  await restore();

  await withClient(target, async (client: pg.Client) => {
    const insert = `INSERT INTO "FileChange" ("siteId", "ownerId", "nodeId") VALUES ($1, $2, $3) RETURNING id::int`;
    const added = await client.query(insert, [siteId, ownerId, rootId]);
    const future = await client.query(`SELECT FROM "FileChange" WHERE xid > pg_current_xact_id()::text::bigint`);
    expect(added.rows[0].id).toBe(NAMES.length + 1);
    expect(future.rowCount).toBe(0);
  });
});

it("keeps the keys between tables as they were", async () => {
  await backUp();

  await restore();

  await withClient(target, async (client: pg.Client) => {
    const insert = client.query(`INSERT INTO "Blob" ("siteId", id, sha256, size) VALUES ($1, $1, '', 0)`, [
      randomUUID(),
    ]);
    await expect(insert).rejects.toMatchObject({ code: "23503" });
    const deferrable = await client.query("SELECT FROM pg_constraint WHERE contype = 'f' AND condeferrable");
    expect(deferrable.rowCount).toBe(0);
  });
});

it("holds the blob of every row although files are written meanwhile", async () => {
  let isDone = false;
  const writing = (async () => {
    for (let count = 0; !isDone; count++) await addFile(`meanwhile ${count}`);
    return db().fileNode.count();
  })();
  await backUp().finally(() => {
    isDone = true;
  });
  const written = await writing;

  await restore();

  const ids: string[] = await withClient(target, async (client: pg.Client) =>
    (await client.query('SELECT id FROM "Blob" WHERE bytes IS NULL')).rows.map(({ id }) => id),
  );
  expect(ids.length).toBeGreaterThanOrEqual(NAMES.length);
  expect(written).toBeGreaterThan(NAMES.length + 1);
  expect(ids.filter((id) => !existsSync(blobFile(folder, id)))).toEqual([]);
});

it("holds the blob of every row although files are removed for good meanwhile", async () => {
  const { id, blobId } = await db().fileNode.findFirstOrThrow({ where: { siteId, kind: "file" } });
  const removal = new pg.Client({ connectionString: config().database.url });
  await removal.connect();
  await removal.query("BEGIN");
  await removal.query("SELECT pg_advisory_xact_lock_shared(hashtextextended('blobs', 0))");
  await removal.query(`DELETE FROM "FileNode" WHERE "siteId" = $1 AND "id" = $2`, [siteId, id]);
  await removal.query(`DELETE FROM "Blob" WHERE "siteId" = $1 AND "id" = $2`, [siteId, blobId]);

  const backingUp = backUp();
  await expect.poll(countWaiting).toBe(1);
  await removal.query("COMMIT");
  rmSync(blobFile(config().dataDir, blobId ?? ""));
  await removal.end();
  await backingUp;
  await restore();

  expect(await rowsOf(target, "Blob")).toEqual(await rowsOf(config().database.url, "Blob"));
});

it("keeps what nothing names any more while a backup gathers it, and removes it afterwards", async () => {
  const { id, blobId } = await db().fileNode.findFirstOrThrow({ where: { siteId, kind: "file" } });
  await db().fileNode.delete({ where: { siteId_id: { siteId, id } } });
  const file = blobFile(config().dataDir, blobId ?? "");

  await withClient(config().database.url, async (client: pg.Client) => {
    await client.query("SELECT pg_advisory_lock(hashtextextended('blobs', 0))");
    await removeUnusedBlobs(siteId, [blobId ?? ""]);
    expect(existsSync(file)).toBe(true);
  });
  await removeUnusedBlobs(siteId, [blobId ?? ""]);

  expect(existsSync(file)).toBe(false);
});

it("is refused, and says so, when a file has no bytes", async () => {
  const { id } = await db().blob.findFirstOrThrow({ where: { siteId } });
  rmSync(blobFile(config().dataDir, id));

  await expect(backUp()).rejects.toThrow(/No backup was written: 1 of the files .* have no bytes/);

  expect(existsSync(archive)).toBe(false);
});

it("leaves out what is known to be lost or damaged, and says how many that is", async () => {
  const before = await backUp();
  rmSync(archive);
  const [lost, hurt] = await db().blob.findMany({ where: { siteId, bytes: null }, take: 2 });
  if (!lost || !hurt) throw new Error("There are no blobs.");
  rmSync(blobFile(config().dataDir, lost.id));
  await db().blobDamage.create({ data: { siteId, blobId: lost.id, kind: "missing" } });
  await db().blobDamage.create({ data: { siteId, blobId: hurt.id, kind: "damaged" } });

  expect(await backUp()).toMatchObject({ blobs: before.blobs - 2, inBucket: 0, damaged: 2 });

  await restore();
  expect([lost, hurt].map(({ id }) => existsSync(blobFile(folder, id)))).toEqual([false, false]);
  expect(await rowsOf(target, "BlobDamage")).toHaveLength(2);
  rmSync(archive);
  expect(await backUp({ bucket: "blobs" })).toMatchObject({ inBucket: 0, damaged: 2 });
});

it("is refused while bytes are moved between disk and bucket", async () => {
  await whileBytesStay(() => expect(backUp()).rejects.toThrow("files are being moved"), { alone: true });
  expect(existsSync(archive)).toBe(false);

  await backUp();
});

it("counts what is in a bucket, and holds all the rest", async () => {
  const before = await backUp();
  rmSync(archive);
  const { id } = await db().blob.findFirstOrThrow({ where: { siteId } });
  rmSync(blobFile(config().dataDir, id));

  const { blobs, inBucket } = await backUp({ bucket: "blobs" });

  expect([blobs, inBucket]).toEqual([before.blobs - 1, 1]);
});

it("leaves out what is still being uploaded", async () => {
  const incoming = path.join(config().dataDir, "blobs", siteId, "incoming");
  mkdirSync(incoming, { recursive: true });
  writeFileSync(path.join(incoming, randomUUID()), "half");
  await backUp();

  await restore();

  expect(existsSync(path.join(folder, "blobs", siteId, "incoming"))).toBe(false);
});

it("replaces what is there only when told to", async () => {
  await backUp();
  await restore();
  await withClient(target, (client: pg.Client) => client.query(`UPDATE "User" SET "displayName" = 'Changed'`));

  await expect(restore()).rejects.toThrow("--force");
  expect((await rowsOf(target, "User"))[0]).toContain("Changed");

  await restore(true);
  expect(await rowsOf(target, "User")).toEqual(await rowsOf(config().database.url, "User"));
});

it("restores beside a bucket only when told that no other cloud uses it", async () => {
  await backUp();
  const restoring = (options: { withBucket?: boolean }) =>
    restoreBackup({ databaseUrl: target, folder, file: archive, bucket: "blobs", ...options });

  await expect(restoring({})).rejects.toThrow("--with-bucket");
  await expect(rowsOf(target, "User")).rejects.toMatchObject({ code: "42P01" });

  await restoring({ withBucket: true });
  expect(await rowsOf(target, "User")).toHaveLength(1);
});

it("refuses an archive whose key is not the one that the environment imposes", async () => {
  await backUp();

  const restoring = restoreBackup({ databaseUrl: target, folder, file: archive, secretKey: "another" });

  await expect(restoring).rejects.toThrow("SECRET_KEY");
});

it("refuses a damaged archive and changes nothing", async () => {
  await backUp();
  const bytes = readFileSync(archive);
  bytes.write("żółw", bytes.indexOf("żółć"));
  writeFileSync(archive, bytes);

  await expect(restore()).rejects.toThrow("checksums do not match");
  await expect(rowsOf(target, "User")).rejects.toMatchObject({ code: "42P01" });

  writeFileSync(archive, bytes.subarray(0, bytes.length / 2));
  await expect(restore()).rejects.toThrow("cut off");
});
