import type { Tx } from "@/lib/core/db";
import type { TreePath } from "@/lib/files/tree";
import { keyOfPath, spellingsOf } from "@/lib/sharing/received/known/known-rows";

// What is known of a share, changed in the transaction of who rearranges it here while its cloud is away.

/** Where a received share stands. */
type Stand = { siteId: string; nodeId: string };
type Told = { entryId: string; size: bigint; etag: string; modifiedAt: Date };

const keysOf = (path: TreePath) => ({
  key: keyOfPath(path) ?? "",
  above: keyOfPath(path.slice(0, -1)) ?? "",
  name: path.at(-1) ?? "",
});

/** What is known to stand at a path. */
export async function findThere(
  tx: Tx,
  { siteId, nodeId }: Stand,
  path: TreePath,
): Promise<(Told & { isFile: boolean }) | null> {
  const { above, name } = keysOf(path);
  const [found] = await tx.$queryRaw<(Told & { isFile: boolean })[]>`
    SELECT e."entryId", e."isFile", e.size, e.etag, e."modifiedAt" FROM "KnownFolder" f
      JOIN "KnownEntry" e ON e."siteId" = f."siteId" AND e."folderId" = f.id AND e.name = ANY (${spellingsOf(name)})
     WHERE f."siteId" = ${siteId}::uuid AND f."nodeId" = ${nodeId}::uuid AND f.path = ${above} AND f."isCurrent"`;
  return found ?? null;
}

/** Whether it is known what a folder holds. */
export async function isFolderHere(tx: Tx, { siteId, nodeId }: Stand, path: TreePath): Promise<boolean> {
  return (await tx.knownFolder.count({ where: { siteId, nodeId, path: keysOf(path).key, isCurrent: true } })) > 0;
}

/** All that is known to stand in a folder and below it, by its place within: the etags of files, null for folders. */
export async function listBelow(
  tx: Tx,
  { siteId, nodeId }: Stand,
  path: TreePath,
): Promise<Map<string, string | null>> {
  const { key } = keysOf(path);
  const rows = await tx.$queryRaw<{ folder: string; name: string; isFile: boolean; etag: string }[]>`
    SELECT f.path AS folder, e.name, e."isFile", e.etag FROM "KnownFolder" f
      JOIN "KnownEntry" e ON e."siteId" = f."siteId" AND e."folderId" = f.id
     WHERE f."siteId" = ${siteId}::uuid AND f."nodeId" = ${nodeId}::uuid AND f."isCurrent"
       AND (f.path = ${key} OR starts_with(f.path, ${`${key}/`}))`;
  return new Map(
    rows.map(({ folder, name, isFile, etag }) => [
      `${folder.slice(key.length)}/${name.normalize("NFC")}`,
      isFile ? etag : null,
    ]),
  );
}

/** Lets an empty folder stand at a path. False if its own folder is not known. */
export async function addFolderHere(
  tx: Tx,
  { siteId, nodeId }: Stand,
  path: TreePath,
  entryId: string,
): Promise<boolean> {
  const { key, above, name } = keysOf(path);
  await touch(tx, { siteId, nodeId }, [above]);
  const added = await tx.$executeRaw`
    INSERT INTO "KnownEntry" ("siteId", "folderId", name, "entryId", "isFile", size, etag, "modifiedAt", "mayWrite")
    SELECT "siteId", id, ${name}, ${entryId}, false, 0, ${`~${entryId}`}, now(), true FROM "KnownFolder"
     WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid AND path = ${above} AND "isCurrent"`;
  if (added === 0) return false;
  await dropFolders(tx, { siteId, nodeId }, key);
  await tx.knownFolder.create({
    data: { siteId, nodeId, path: key, isCurrent: true, entryId, etag: `~${entryId}` },
  });
  return true;
}

/** Lets a file stand in place of another. */
export async function putFileHere(tx: Tx, { siteId, nodeId }: Stand, path: TreePath, file: Told): Promise<void> {
  const { above, name } = keysOf(path);
  await touch(tx, { siteId, nodeId }, [above]);
  await tx.$executeRaw`
    UPDATE "KnownEntry" e SET size = ${file.size}, etag = ${file.etag}, "modifiedAt" = ${file.modifiedAt}
      FROM "KnownFolder" f
     WHERE f."siteId" = ${siteId}::uuid AND f."nodeId" = ${nodeId}::uuid AND f.path = ${above} AND f."isCurrent"
       AND e."siteId" = f."siteId" AND e."folderId" = f.id AND e.name = ANY (${spellingsOf(name)})`;
}

/** Takes what stands at a path away, with all below it. */
export async function takeHere(tx: Tx, { siteId, nodeId }: Stand, path: TreePath): Promise<void> {
  const { key, above, name } = keysOf(path);
  await touch(tx, { siteId, nodeId }, [above]);
  await tx.$executeRaw`
    DELETE FROM "KnownEntry" e USING "KnownFolder" f
     WHERE f."siteId" = ${siteId}::uuid AND f."nodeId" = ${nodeId}::uuid AND f.path = ${above} AND f."isCurrent"
       AND e."siteId" = f."siteId" AND e."folderId" = f.id AND e.name = ANY (${spellingsOf(name)})`;
  await dropFolders(tx, { siteId, nodeId }, key);
}

/** Lets what stands at a path stand at another, where nothing is, with all below it. False if that is not known. */
export async function moveKnownHere(tx: Tx, { siteId, nodeId }: Stand, from: TreePath, to: TreePath): Promise<boolean> {
  const [source, target] = [keysOf(from), keysOf(to)];
  await touch(tx, { siteId, nodeId }, [source.above, target.above]);
  const moved = await tx.$executeRaw`
    UPDATE "KnownEntry" e SET "folderId" = t.id, name = ${target.name} FROM "KnownFolder" s, "KnownFolder" t
     WHERE s."siteId" = ${siteId}::uuid AND s."nodeId" = ${nodeId}::uuid AND s.path = ${source.above} AND s."isCurrent"
       AND t."siteId" = s."siteId" AND t."nodeId" = s."nodeId" AND t.path = ${target.above} AND t."isCurrent"
       AND e."siteId" = s."siteId" AND e."folderId" = s.id AND e.name = ANY (${spellingsOf(source.name)})`;
  if (moved === 0) return false;
  await dropFolders(tx, { siteId, nodeId }, target.key);
  await tx.$executeRaw`
    UPDATE "KnownFolder" SET path = ${target.key} || substr(path, length(${source.key}) + 1)
     WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
       AND (path = ${source.key} OR starts_with(path, ${`${source.key}/`}))`;
  return true;
}

/** Of a file that was not changed, but has another etag or id in its new place. */
export async function renewEtagHere(
  tx: Tx,
  { siteId, nodeId }: Stand,
  path: TreePath,
  { from, to, entryId }: { from: string; to: string; entryId: string },
): Promise<void> {
  const { above, name } = keysOf(path);
  await tx.$executeRaw`
    UPDATE "KnownEntry" e SET etag = ${to}, "entryId" = ${entryId} FROM "KnownFolder" f
     WHERE f."siteId" = ${siteId}::uuid AND f."nodeId" = ${nodeId}::uuid AND f.path = ${above} AND f."isCurrent"
       AND e."siteId" = f."siteId" AND e."folderId" = f.id AND e.name = ANY (${spellingsOf(name)}) AND e.etag = ${from}`;
}

/** What is read of a folder from before counts no more, and the next reading is shown whatever it finds. */
const touch = (tx: Tx, { siteId, nodeId }: Stand, keys: string[]) => tx.$executeRaw`
  UPDATE "KnownFolder" SET "changedHereAt" = clock_timestamp(), digest = '', "nextLookAt" = least("nextLookAt", clock_timestamp())
   WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid AND path = ANY (${keys}) AND "isCurrent"`;

const dropFolders = (tx: Tx, { siteId, nodeId }: Stand, key: string) => tx.$executeRaw`
  DELETE FROM "KnownFolder" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
     AND (path = ${key} OR starts_with(path, ${`${key}/`}))`;
