import { createHash } from "node:crypto";
import { db, pool, type Tx } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Entry, TreePath } from "@/lib/files/tree";
import { currentFolder, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import type { OpenedShare } from "@/lib/sharing/received/near-tree";
import { noted } from "@/lib/sharing/received/note-reached";
import { findSteps, isRearranged } from "@/lib/sharing/received/offline/steps";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { inTurn } from "@/lib/sharing/received/remote/listing";
import type { ReceivedShare } from "@/prisma/generated/client";

/**
 * `new`: it is not as it was known; `same`: it is; `overtaken`: something was changed from here while it was read, or has
 * still to be changed there.
 */
export type Outcome = "new" | "same" | "overtaken";

/** Entries written by one statement. */
const BATCH = 2000;
/** Of one share, folders count as one; beyond it those go that were not looked at for longest. */
const MAX_KNOWN = 200_000;
/** What changes is asked for again so soon, if somebody still looks at it. */
export const ACTIVE_MS = 2_000;

/**
 * Reads a folder on another cloud, and shows it so from then on: entries are written while they arrive, and seen only
 * once all of them are there. Of folders too deep to be kept nothing is read.
 *
 * @throws SHARE_ENDED, NODE_NOT_FOUND, NOT_A_FOLDER, PEER_* and what `openRemote` throws
 */
export async function readFolder(share: ReceivedShare, path: TreePath): Promise<Outcome> {
  const { siteId, provider } = share;
  const key = keyOfPath(path);
  if (key === null) return "same";
  const opened = await openRemote(share);
  return inTurn(provider, async () => {
    const id = await begin(share, key);
    try {
      const seen = await noted(share, () => write({ siteId, folderId: id }, readInto(opened, path, share.name)), path);
      return await db().$transaction((tx) => show(tx, share, { ...seen, siteId, id, key }));
    } catch (error) {
      // The share has ended meanwhile, which takes the rows away: whatever failed then, that is why.
      if (!(await drop(siteId, id))) throw ended(share, error);
      throw error;
    }
  });
}

type Which = { siteId: string; folderId: string };
type Reading = ReturnType<typeof readInto>;

function readInto({ readListing }: OpenedShare, path: TreePath, shareName: string) {
  const counter = { unshown: 0 };
  return { counter, listed: readListing(path, path.at(-1) ?? shareName, counter) };
}

async function begin(share: ReceivedShare, key: string): Promise<string> {
  const { siteId, id: receivedShareId } = share;
  const id = newId();
  const begun = await db().$executeRaw`
    INSERT INTO "KnownFolder" ("siteId", id, "nodeId", path, "startedAt")
    SELECT "siteId", ${id}::uuid, id, ${key}, clock_timestamp() FROM "FileNode"
     WHERE "siteId" = ${siteId}::uuid AND "mountId" = ${receivedShareId}::uuid LIMIT 1`;
  if (begun === 0) throw ended(share);
  return id;
}

async function drop(siteId: string, id: string): Promise<boolean> {
  const { count } = await db().knownFolder.deleteMany({ where: { siteId, id } });
  return count > 0;
}

const ended = ({ senderName }: ReceivedShare, cause?: unknown) =>
  new AppError(404, "SHARE_ENDED", `${senderName} no longer shares this.`, { cause });

/** Takes from the other cloud no more than the database has taken. */
async function write(which: Which, { counter, listed }: Reading) {
  let self: Entry | undefined;
  let batch = new Map<string, Entry>();
  const digest = Buffer.alloc(32);
  let entryCount = 0;
  const flush = async () => {
    await writeBatch(which, [...batch.values()]);
    entryCount += batch.size;
    batch = new Map();
  };
  for await (const { entry, isSelf } of listed) {
    if (isSelf) self = entry;
    else {
      if (!batch.has(entry.name)) addTo(digest, entry);
      batch.set(entry.name, entry);
    }
    if (batch.size >= BATCH) await flush();
  }
  if (batch.size > 0) await flush();
  return { self, entryCount, unshown: counter.unshown, digest: digest.toString("base64") };
}

/** The same whatever the order: not every cloud keeps one. */
function addTo(digest: Buffer, { id, name, kind, size, etag, modifiedAt, canWrite }: Entry): void {
  const hash = createHash("sha256")
    .update(JSON.stringify([id, name, kind, size, etag, modifiedAt, canWrite]))
    .digest();
  for (let at = 0; at < digest.length; at++) digest.writeUInt8(digest.readUInt8(at) ^ hash.readUInt8(at), at);
}

const INSERT = `
INSERT INTO "KnownEntry" ("siteId", "folderId", name, "entryId", "isFile", size, etag, "modifiedAt", "mayWrite")
SELECT $1::uuid, $2::uuid, * FROM unnest($3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::text[],
       $8::timestamptz[], $9::boolean[])
ON CONFLICT ("siteId", "folderId", name) DO UPDATE SET "entryId" = excluded."entryId", "isFile" = excluded."isFile",
       size = excluded.size, etag = excluded.etag, "modifiedAt" = excluded."modifiedAt", "mayWrite" = excluded."mayWrite"`;

async function writeBatch({ siteId, folderId }: Which, entries: Entry[]): Promise<void> {
  const values = [
    siteId,
    folderId,
    entries.map(({ name }) => name),
    entries.map(({ id }) => id),
    entries.map(({ kind }) => kind === "file"),
    entries.map(({ size }) => size ?? 0),
    entries.map(({ etag }) => etag),
    entries.map(({ modifiedAt }) => modifiedAt.toISOString()),
    entries.map(({ canWrite }) => canWrite),
  ];
  await pool().query({ name: "known-entries", text: INSERT, values });
}

type Seen = Awaited<ReturnType<typeof write>> & { siteId: string; id: string; key: string };
type Current = { id: string; digest: string; usedAt: Date; isOvertaken: boolean };

/** The node is locked, so that the share does not end and nobody else shows another listing at the same time. */
async function show(tx: Tx, share: ReceivedShare, seen: Seen): Promise<Outcome> {
  const { siteId, id, self, entryCount, unshown, digest, key } = seen;
  await tx.$queryRaw`
    SELECT FROM "FileNode" WHERE "siteId" = ${siteId}::uuid AND "mountId" = ${share.id}::uuid FOR NO KEY UPDATE`;
  const [current] = await tx.$queryRawUnsafe<Current[]>(
    `SELECT id, digest, "usedAt", coalesce("changedHereAt" >= (
              SELECT "startedAt" FROM "KnownFolder" WHERE "siteId" = $1::uuid AND id = $4::uuid), false) AS "isOvertaken"
       FROM "KnownFolder" WHERE ${currentFolder("$1", "$2", "$3")} FOR UPDATE`,
    ...[siteId, share.id, key, id],
  );
  const state = {
    ...(self && { entryId: self.id, etag: self.etag, modifiedAt: self.modifiedAt, mayWrite: self.canWrite }),
    ...{ entryCount, unshown, digest },
  };
  const which = (folderId: string) => ({ siteId_id: { siteId, id: folderId } });
  // Committed before this, or after: whoever rearranges a share locks its node as well.
  if (current?.isOvertaken || isRearranged(await findSteps(share), key)) {
    await tx.knownFolder.delete({ where: which(id) });
    if (current) await tx.knownFolder.update({ where: which(current.id), data: { nextLookAt: after(ACTIVE_MS) } });
    return "overtaken";
  }
  const now = new Date();
  const isSame = current?.digest === digest;
  if (isSame) {
    await tx.knownFolder.delete({ where: which(id) });
    await tx.knownFolder.update({ where: which(current.id), data: { ...state, seenAt: now, wholeAt: now } });
    return "same";
  }
  if (current) await tx.knownFolder.delete({ where: which(current.id) });
  const fresh = {
    isCurrent: true,
    seenAt: now,
    wholeAt: now,
    usedAt: current?.usedAt ?? now,
    nextLookAt: after(ACTIVE_MS),
  };
  await tx.knownFolder.update({ where: which(id), data: { ...state, ...fresh, pauseMs: ACTIVE_MS } });
  await dropBeyond(tx, siteId, id);
  return "new";
}

async function dropBeyond(tx: Tx, siteId: string, id: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "KnownFolder" WHERE "siteId" = ${siteId}::uuid AND id IN (
      SELECT id FROM (
        SELECT other.id, sum(other."entryCount" + 1) OVER (
                 ORDER BY other.id <> ${id}::uuid, other."usedAt" DESC, other.id) AS total
          FROM "KnownFolder" this
          JOIN "KnownFolder" other ON other."siteId" = this."siteId" AND other."nodeId" = this."nodeId"
         WHERE this."siteId" = ${siteId}::uuid AND this.id = ${id}::uuid AND other."isCurrent") counted
       WHERE total > ${MAX_KNOWN})`;
}

const after = (ms: number) => new Date(Date.now() + ms);
