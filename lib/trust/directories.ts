import { recordAudit } from "@/lib/audit/record";
import { db, onDuplicate, type Tx } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { readDirectoryKeys } from "@/lib/protocol/ocm/directory";
import { endOfDirectory } from "@/lib/trust/internal/vouched";
import { fetchDirectory, readDirectoryNow } from "@/lib/trust/read-directory";
import { type AddDirectoryInput, DirectoryView } from "@/lib/trust/schema";
import type { Directory } from "@/prisma/generated/client";

const withCount = { include: { _count: { select: { clouds: true } } } };

/** The directories that the administrators follow, in the order in which they were added. */
export async function listDirectories({ siteId }: UserPrincipal): Promise<DirectoryView[]> {
  const rows = await db().directory.findMany({ where: { siteId }, orderBy: { createdAt: "asc" }, ...withCount });
  return rows.map(viewDirectory);
}

/**
 * Follows a directory. It is read on the spot, and not added if that fails or if its key did not sign it.
 *
 * @throws DIRECTORY_KEY_INVALID, DIRECTORY_FOLLOWED; what `fetchDirectory` throws
 */
export async function addDirectory(
  user: UserPrincipal,
  { url, key, isTrusted = false }: AddDirectoryInput,
): Promise<DirectoryView> {
  const { siteId } = user;
  const keys = readDirectoryKeys(key);
  const { clouds, ...list } = await fetchDirectory(url, keys);
  const { id } = await db().$transaction(async (tx) => {
    const data = { siteId, url, keys, isTrusted, ...list, readAt: new Date() };
    const created = await tx.directory
      .create({ data })
      .catch(onDuplicate("DIRECTORY_FOLLOWED", "You follow this directory already."));
    const of = { siteId, directoryId: created.id };
    await tx.directoryCloud.createMany({ data: clouds.map((cloud) => ({ ...of, ...cloud })) });
    await record(tx, user, "directory-followed", created);
    if (isTrusted) await enqueue(tx, "wake-deliveries", { siteId });
    return created;
  });
  return getDirectory(user, id);
}

/**
 * Lets the clouds of a directory count as listed, or no longer.
 *
 * @throws DIRECTORY_NOT_FOUND
 */
export async function trustDirectory(user: UserPrincipal, id: string, isTrusted: boolean): Promise<DirectoryView> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const [row] = await tx.directory.updateManyAndReturn({ where: { siteId, id }, data: { isTrusted } });
    if (!row) throw noDirectory();
    await record(tx, user, isTrusted ? "directory-trusted" : "directory-distrusted", row);
    await enqueue(tx, "wake-deliveries", { siteId });
  });
  return getDirectory(user, id);
}

/**
 * Reads a directory without waiting for the hour; what came of it is in the answer.
 *
 * @throws DIRECTORY_NOT_FOUND
 */
export async function rereadDirectory(user: UserPrincipal, id: string): Promise<DirectoryView> {
  await readDirectoryNow({ siteId: user.siteId, directoryId: id });
  return getDirectory(user, id);
}

/**
 * Follows a directory no more: its clouds count no longer.
 *
 * @throws DIRECTORY_NOT_FOUND
 */
export async function removeDirectory(user: UserPrincipal, id: string): Promise<void> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const row = await tx.directory.findUnique({ where: { siteId_id: { siteId, id } } });
    const { count } = await tx.directory.deleteMany({ where: { siteId, id } });
    if (!row || count === 0) throw noDirectory();
    await record(tx, user, "directory-removed", row);
  });
}

async function getDirectory({ siteId }: UserPrincipal, id: string): Promise<DirectoryView> {
  const row = await db().directory.findUnique({ where: { siteId_id: { siteId, id } }, ...withCount });
  if (!row) throw noDirectory();
  return viewDirectory(row);
}

async function record(tx: Tx, { siteId, userId }: UserPrincipal, action: string, row: Directory): Promise<void> {
  const { url: subject, federation, isTrusted } = row;
  await recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject, detail: { federation, isTrusted } });
}

function viewDirectory({ _count, ...row }: Directory & { _count: { clouds: number } }): DirectoryView {
  const keys = PublicJwk.array().parse(row.keys);
  return DirectoryView.parse({
    ...row,
    clouds: _count.clouds,
    keys: keys.map((key) => ({ kid: key.kid, fingerprint: thumbprint(key) })),
    readAt: row.readAt?.toISOString() ?? null,
    countsUntil: endOfDirectory(row)?.toISOString() ?? null,
  });
}

const noDirectory = () => notFound("DIRECTORY_NOT_FOUND", "There is no such directory.");
