import { db, type Tx } from "@/lib/core/db";
import { pathOf } from "../internal/sql";
import type { DamagedFileView } from "../schema";

/** A file, a former content of one, or a kept copy of another cloud's, that a blob is the content of. */
export type Concerned = { blobId: string; ownerId: string; path: string; isFormer: boolean };

/** The files and kept copies that hold these blobs, or held them, by path, or by name where they are in the trash. */
export async function concernedBy(
  tx: Pick<Tx, "$queryRawUnsafe">,
  siteId: string,
  blobIds: string[],
): Promise<Concerned[]> {
  const path = `coalesce(${pathOf('n."siteId"', 'n."id"')}, n."name")`;
  return tx.$queryRawUnsafe<Concerned[]>(
    `SELECT * FROM (
       SELECT n."blobId"::text, n."ownerId"::text, ${path} AS path, false AS "isFormer" FROM "FileNode" n
       WHERE n."siteId" = $1::uuid AND n."blobId" = ANY($2::uuid[]) AND n."purgedAt" IS NULL
       UNION ALL
       SELECT v."blobId"::text, n."ownerId"::text, ${path}, true FROM "FileVersion" v
       JOIN "FileNode" n ON n."siteId" = v."siteId" AND n."id" = v."nodeId"
       WHERE v."siteId" = $1::uuid AND v."blobId" = ANY($2::uuid[]) AND n."purgedAt" IS NULL
       UNION ALL
       SELECT o."blobId"::text, o."ownerId"::text, ${path} || o."path", false FROM "OfflineCopy" o
       JOIN "FileNode" n ON n."siteId" = o."siteId" AND n."id" = o."nodeId"
       WHERE o."siteId" = $1::uuid AND o."blobId" = ANY($2::uuid[]) AND n."purgedAt" IS NULL
     ) c ORDER BY path COLLATE "C", "isFormer"`,
    siteId,
    blobIds,
  );
}

/** The files of a site whose bytes are known to be damaged or gone, those found last first, and how many blobs that are. */
export async function damagedFiles(
  siteId: string,
  limit: number,
): Promise<{ items: DamagedFileView[]; count: number }> {
  const [found, count] = await Promise.all([
    db().blobDamage.findMany({
      where: { siteId },
      orderBy: [{ foundAt: "desc" }, { blobId: "asc" }],
      take: limit,
      include: { blob: { select: { size: true } } },
    }),
    db().blobDamage.count({ where: { siteId } }),
  ]);
  const ids = found.map(({ blobId }) => blobId);
  const concerned = await concernedBy(db(), siteId, ids);
  const owners = await db().user.findMany({
    where: { siteId, id: { in: [...new Set(concerned.map(({ ownerId }) => ownerId))] } },
    select: { id: true, userName: true, displayName: true },
  });
  const ownerOf = new Map(owners.map((owner) => [owner.id, owner]));
  const items = found.flatMap(({ blobId, kind, foundAt, blob }) =>
    concerned
      .filter((file) => file.blobId === blobId)
      .map(({ path, ownerId, isFormer }) => ({
        kind,
        foundAt: foundAt.toISOString(),
        size: Number(blob.size),
        path,
        isFormer,
        userName: ownerOf.get(ownerId)?.userName ?? "",
        displayName: ownerOf.get(ownerId)?.displayName ?? "",
      })),
  );
  return { items, count };
}
