import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { pool, type StatementClient } from "@/lib/core/db";
import { hasCode, invalid } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import { readShort } from "../blobs/short";
import { blobStore } from "../blobs/store";
import { checksumMismatch } from "../checked-body";
import { checkName } from "../names";
import type { Entry, TreePath, WriteOptions } from "../tree";
import { commitNewFile, commitNewFileAt, commitReplacement, type NewBlob } from "./commit-file";
import { bytesOfVersions, withRoom } from "./keep-former";
import { addToLease, closeLease, openLease, RENEW_EVERY, renewLease } from "./lease";
import { absent, etagMismatch, nameTaken, notAFolder, quotaExceeded } from "./refusals";
import { requireWritable, type Scope } from "./scope";
import { inTree, inTreeTogether, isGone, isTaken } from "./sql";
import { namesOf, type Walk, walk } from "./walk";

/** What a write found at its path: a file to replace, or a folder and a name that is free in it. */
type Target = { old: { nodeId: string; size: number } } | { old: null; folderId: string; name: string };

/** What was taken in whole, because it will stand in its row. */
export type ShortBody = { bytes: Buffer; size: number; sha256: string };

/**
 * Makes a new file of a short body in somebody's own tree, in one journey. Null: it must be looked at what stands there,
 * or on the way there.
 *
 * @throws NAME_INVALID, NODE_NOT_FOUND, QUOTA_EXCEEDED
 */
export async function createShort(
  scope: Scope,
  path: TreePath,
  body: ShortBody,
  { ifMatch }: WriteOptions,
): Promise<Entry | null> {
  if (scope.rootId !== null || ifMatch !== undefined || path.length === 0) return null;
  requireWritable(scope);
  const names = namesOf(path);
  checkName(names.at(-1) ?? "");
  const create = (client: StatementClient) => commitNewFileAt(client, scope, newShort(body), names);
  const commit = () => inTreeTogether(scope, "shared", create);
  return withRoom(scope, () => body.size, commit).catch((error) => {
    // Where something has this name, a lock on its folder does not matter.
    if (isTaken(error) || isGone(error) || hasCode(error, "LOCKED")) return null;
    throw error;
  });
}

const newShort = (body: ShortBody): NewBlob => ({ id: newId(), reserved: 0, ...body });

/** Stores the body, then makes it the file's content in one transaction: it is never seen in part. */
export async function writeFile(
  scope: Scope,
  found: Walk,
  body: Readable | ShortBody,
  options: WriteOptions,
  path: TreePath,
): Promise<{ entry: Entry; created: boolean }> {
  requireWritable(scope);
  const target = targetOf(found, options);
  const blob = "bytes" in body ? newShort(body) : await receive(scope, target.old?.size ?? 0, body, options);
  try {
    return await withRoom(
      scope,
      () => blob.size,
      () => commit(scope, blob, target, options, path),
    );
  } catch (error) {
    if (!blob.bytes) await abandon(scope, blob.id);
    throw isGone(error) ? absent() : error;
  }
}

/** Refuses before the first byte whatever can be refused by then. */
function targetOf({ node, rest }: Walk, { ifAbsent, ifMatch }: WriteOptions): Target {
  if (rest.length === 0) {
    if (ifAbsent || node.kind !== "file") throw nameTaken();
    if (ifMatch !== undefined && ifMatch !== node.blobId) throw etagMismatch();
    return { old: { nodeId: node.id, size: Number(node.size) } };
  }
  const [name = ""] = rest;
  if (node.kind !== "folder") throw notAFolder();
  if (rest.length > 1) throw absent();
  if (ifMatch !== undefined) throw etagMismatch();
  return { old: null, folderId: node.id, name: checkName(name) };
}

/** Takes in what will stand in its row. @throws SIZE_MISMATCH, CHECKSUM_MISMATCH */
export async function receiveShort(
  body: Readable,
  size: number,
  { sha256: expected, signal }: WriteOptions,
): Promise<ShortBody> {
  try {
    const bytes = await readShort(body, { limit: size, signal });
    if (bytes.length !== size) throw sizeMismatch();
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (expected !== undefined && expected !== sha256) throw checksumMismatch();
    return { bytes, size, sha256 };
  } catch (error) {
    throw hasCode(error, "BLOB_TOO_LONG") ? sizeMismatch() : error;
  }
}

export type Reception = Pick<WriteOptions, "size" | "sha256" | "signal"> & {
  /** It comes only where there is room beside the versions. */
  sparesVersions?: boolean;
};

/** Takes the bytes into the store under a lease; on any failure nothing of them stays. */
export async function receive(
  scope: Scope,
  oldSize: number,
  body: Readable,
  { size, sha256, signal, sparesVersions = false }: Reception,
): Promise<NewBlob> {
  const id = newId();
  const freeable = async () => (sparesVersions ? 0 : bytesOfVersions(scope));
  const announced = Math.max(0, (size ?? 0) - oldSize);
  const { reserved, left } = await reserve(scope, id, announced, freeable).catch((error) => {
    body.on("error", () => {}); // whoever sends it will hear from us
    throw error;
  });
  const limit = size ?? (left === null ? undefined : Math.max(0, left) + oldSize + (await freeable()));
  const renewal = setInterval(() => {
    renewLease(scope, id).catch((error) => logger("files").warn({ error, blobId: id }, "lease not renewed"));
  }, RENEW_EVERY);
  try {
    const stored = await blobStore().put({ siteId: scope.siteId, id }, body, { limit, size, signal });
    if (size !== undefined && stored.size !== size) throw sizeMismatch();
    if (sha256 !== undefined && stored.sha256 !== sha256) throw checksumMismatch();
    const more = Math.max(0, stored.size - oldSize) - reserved;
    const count = () => addToLease(scope, id, more);
    if (more > 0) await (sparesVersions ? count() : withRoom(scope, () => more, count));
    return { id, ...stored, reserved: reserved + more, bytes: null };
  } catch (error) {
    await abandon(scope, id);
    if (hasCode(error, "BLOB_TOO_LONG")) throw size === undefined ? quotaExceeded() : sizeMismatch();
    throw error;
  } finally {
    clearInterval(renewal);
  }
}

type Reserved = { reserved: number; left: number | null };

/**
 * Opens the lease of what will come, and counts it where there is room beside the versions. Where there is room only in
 * their place, it is counted once it has come: nothing is forgotten for an upload that may break off.
 */
async function reserve(scope: Scope, id: string, bytes: number, freeable: () => Promise<number>): Promise<Reserved> {
  try {
    return { reserved: bytes, left: await openLease(scope, id, bytes) };
  } catch (error) {
    if (!hasCode(error, "QUOTA_EXCEEDED")) throw error;
    const left = await openLease(scope, id, 0);
    if (left === null || bytes <= left + (await freeable())) return { reserved: 0, left };
    await closeLease(scope, id);
    throw error;
  }
}

/** Whoever creates the same name at the same moment makes this a replacement, unless it must not be one. */
async function commit(scope: Scope, blob: NewBlob, target: Target, options: WriteOptions, path: TreePath) {
  const replacing = { ...scope, stillAllowed: scope.mayReplace ?? scope.stillAllowed };
  if (target.old) {
    const change = { nodeId: target.old.nodeId, ifMatch: options.ifMatch };
    const entry = await inTree(replacing, "shared", (client) => commitReplacement(client, scope, blob, change));
    return { entry, created: false };
  }
  try {
    const create = (client: StatementClient) => commitNewFile(client, scope, blob, target);
    const entry = await inTreeTogether(scope, "shared", create);
    return { entry, created: true };
  } catch (error) {
    if (!isTaken(error)) throw error;
    const { node, rest } = await walk(pool(), scope, path);
    if (options.ifAbsent || rest.length > 0 || node.kind !== "file") throw nameTaken();
    const entry = await inTree(replacing, "shared", (client) =>
      commitReplacement(client, scope, blob, { nodeId: node.id }),
    );
    return { entry, created: false };
  }
}

/** Lets go of what was received. What this leaves behind, should it fail too, the sweeper finds. */
export async function abandon(scope: Scope, id: string): Promise<void> {
  try {
    if (await closeLease(scope, id)) await blobStore().remove({ siteId: scope.siteId, id });
  } catch (error) {
    logger("files").warn({ error, blobId: id }, "upload not cleared away");
  }
}

const sizeMismatch = () =>
  invalid("SIZE_MISMATCH", "The upload has another size than was announced. Please try it again.");
