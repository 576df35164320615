import { db, type Tx } from "@/lib/core/db";
import { pathOf } from "../internal/sql";
import type { DamagedFileView } from "../schema";

/** A file, a former content of one, or a kept copy of another cloud's, that a blob is the content of. */
export type Concerned = { blobId: string; ownerId: string; path: string; isFormer: boolean };

/** Whatever holds the blobs $2 of site $1, or held them. `rest` is the path within a received share. */
const HOLDERS = `
  SELECT n."siteId", n."blobId", n."ownerId", n."id", n."name", '' AS rest, false AS "isFormer" FROM "FileNode" n
  WHERE n."siteId" = $1::uuid AND n."blobId" = ANY($2::uuid[]) AND n."purgedAt" IS NULL
  UNION ALL
  SELECT n."siteId", v."blobId", n."ownerId", n."id", n."name", '', true FROM "FileVersion" v
  JOIN "FileNode" n ON n."siteId" = v."siteId" AND n."id" = v."nodeId"
  WHERE v."siteId" = $1::uuid AND v."blobId" = ANY($2::uuid[]) AND n."purgedAt" IS NULL
  UNION ALL
  SELECT n."siteId", o."blobId", o."ownerId", n."id", n."name", o."path", false FROM "OfflineCopy" o
  JOIN "FileNode" n ON n."siteId" = o."siteId" AND n."id" = o."nodeId"
  WHERE o."siteId" = $1::uuid AND o."blobId" = ANY($2::uuid[]) AND n."purgedAt" IS NULL`;

type Querying = Pick<Tx, "$queryRawUnsafe">;

/** Whose files and kept copies hold these blobs, or held them, and how many each has. */
export async function ownersConcernedBy(
  tx: Querying,
  siteId: string,
  blobIds: string[],
): Promise<{ ownerId: string; count: number }[]> {
  return tx.$queryRawUnsafe(
    `SELECT h."ownerId"::text, count(DISTINCT (h."id", h.rest))::int AS count FROM (${HOLDERS}) h GROUP BY 1 ORDER BY 1`,
    siteId,
    blobIds,
  );
}

/**
 * The files and kept copies that hold these blobs, or held them, by path, or by name where they are in the trash; of one
 * owner, if that is said. Where there are more than `limit`, those of the first of the blobs: a blob may be in any number
 * of files.
 */
export async function concernedBy(
  tx: Querying,
  siteId: string,
  blobIds: string[],
  { limit, ownerId = null }: { limit: number; ownerId?: string | null },
): Promise<Concerned[]> {
  return tx.$queryRawUnsafe<Concerned[]>(
    `SELECT * FROM (
       SELECT c."blobId"::text, c."ownerId"::text, coalesce(${pathOf('c."siteId"', 'c."id"')}, c."name") || c.rest AS path,
              c."isFormer"
       FROM (SELECT * FROM (${HOLDERS}) h WHERE $3::uuid IS NULL OR h."ownerId" = $3::uuid
             ORDER BY array_position($2::uuid[], h."blobId"), h."id", h."isFormer" LIMIT $4::int) c
     ) named ORDER BY path COLLATE "C", "isFormer"`,
    siteId,
    blobIds,
    ownerId,
    limit,
  );
}

/** So many files of a site whose bytes are known to be damaged or gone, those found last first, and of how many blobs. */
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
  const concerned = await concernedBy(db(), siteId, ids, { limit });
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
