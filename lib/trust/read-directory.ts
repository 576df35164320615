import { db } from "@/lib/core/db";
import { isAppError, peerFailed } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { enqueue } from "@/lib/jobs/enqueue";
import { PublicJwk } from "@/lib/protocol/httpsig/jwk";
import { type DirectoryList, MAX_DIRECTORY_BYTES, readDirectory } from "@/lib/protocol/ocm/directory";
import { listSites } from "@/lib/sites/sites";
import { guardedClient } from "@/lib/trust/guarded-client";
import { stillCounts } from "@/lib/trust/internal/vouched";
import type { Directory } from "@/prisma/generated/client";

/** The payload of the job `read-directory`. */
export type DirectoryJob = { siteId: string; directoryId: string };

/** Enqueues the reading of every directory that is followed. For the worker, each hour. */
export async function readDirectories(): Promise<void> {
  for (const { id: siteId, disabledAt } of await listSites()) {
    const rows = disabledAt ? [] : await db().directory.findMany({ where: { siteId }, select: { id: true } });
    for (const { id: directoryId } of rows) {
      const job: DirectoryJob = { siteId, directoryId };
      await enqueue(db(), "read-directory", job, { key: `read-directory ${directoryId}` });
    }
  }
}

/**
 * Reads a directory and puts what it lists in the place of what it listed before. If that fails the list of before goes
 * on for as long as it counts, and the reason is written down.
 */
export async function readDirectoryNow({ siteId, directoryId: id }: DirectoryJob): Promise<void> {
  const directory = await db().directory.findUnique({ where: { siteId_id: { siteId, id } } });
  if (!directory) return;
  try {
    const list = await fetchDirectory(directory.url, PublicJwk.array().parse(directory.keys));
    requireNoStepBack(directory, list);
    await keep(directory, list);
    logger("trust").info({ siteId, directoryId: id, clouds: list.clouds.length }, "directory read");
  } catch (error) {
    if (!isAppError(error)) throw error;
    await db().directory.updateMany({ where: { siteId, id }, data: { failure: error.message } });
    logger("trust").warn({ siteId, directoryId: id, reason: error.code }, "directory not read");
  }
}

/**
 * What is listed at an address, signed with one of these keys.
 *
 * @throws DIRECTORY_UNREADABLE, DIRECTORY_SIGNATURE_INVALID, DIRECTORY_INVALID, DIRECTORY_EXPIRED,
 *   DIRECTORY_OF_TOMORROW, and what the guarded client throws (502)
 */
export async function fetchDirectory(url: string, keys: PublicJwk[]): Promise<DirectoryList> {
  const { status, body } = await guardedClient().request(url, {
    headers: { accept: "application/jose, application/jose+json, application/json;q=0.9, text/plain;q=0.5" },
    maxBytes: MAX_DIRECTORY_BYTES * 2,
  });
  if (status !== 200) throw peerFailed("DIRECTORY_UNREADABLE", `That address answered with an error (${status}).`);
  return readDirectory(body.toString("utf8"), keys, new Date());
}

/** Whoever stands between could bring back a list on which somebody still was. Without a date it may be that one too. */
function requireNoStepBack({ issuedAt: taken }: Directory, { issuedAt }: DirectoryList): void {
  if (!taken || (issuedAt && issuedAt >= taken)) return;
  throw peerFailed("DIRECTORY_OUTDATED", "The list that is there now is older than the one that was read before.");
}

/** Puts a list in the place of the one before. */
async function keep(directory: Directory, { clouds, ...list }: DirectoryList): Promise<void> {
  const { siteId, id, isTrusted } = directory;
  const of = { siteId, directoryId: id };
  await db().$transaction(async (tx) => {
    const before = await tx.directoryCloud.findMany({ where: of, select: { provider: true } });
    const known = new Set(before.map(({ provider }) => provider));
    const isNews = !stillCounts(directory) || clouds.some(({ provider }) => !known.has(provider));
    const data = { ...list, readAt: new Date(), failure: null };
    // The same one may be read by hand and by the hour at once.
    const isUnchanged = { issuedAt: directory.issuedAt, readAt: directory.readAt };
    const { count } = await tx.directory.updateMany({ where: { siteId, id, ...isUnchanged }, data });
    if (count === 0) return; // followed no more, or read by another meanwhile
    await tx.directoryCloud.deleteMany({ where: of });
    await tx.directoryCloud.createMany({ data: clouds.map((cloud) => ({ ...of, ...cloud })) });
    if (isTrusted && isNews) await enqueue(tx, "wake-deliveries", { siteId });
  });
}
