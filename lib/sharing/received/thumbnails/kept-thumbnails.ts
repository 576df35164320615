import { pool } from "@/lib/core/db";
import type { TreePath } from "@/lib/files/tree";
import { keyOfPath } from "@/lib/sharing/received/known/known-rows";
import type { ReceivedShare } from "@/prisma/generated/client";

type Share = Pick<ReceivedShare, "siteId" | "id">;

/** The small picture that is kept of what has this etag; undefined: it is not known whether there is one. */
export async function findKeptThumbnail(
  { siteId, id }: Share,
  path: TreePath,
  etag: string,
): Promise<Buffer | null | undefined> {
  const { rows } = await pool().query<{ bytes: Buffer | null }>({
    name: "received-thumbnail",
    text: `UPDATE "ReceivedThumbnail" t SET "usedAt" = now() FROM "FileNode" n
      WHERE n."siteId" = $1 AND n."mountId" = $2 AND t."siteId" = n."siteId" AND t."nodeId" = n."id"
        AND t."path" = $3 AND t."etag" = $4 RETURNING t."bytes"`,
    values: [siteId, id, keyOfPath(path), etag],
  });
  return rows[0]?.bytes;
}

/** Keeps a small picture, or that there is none, of what has this etag, as long as the share stands here. */
export async function keepThumbnail(
  { siteId, id }: Share,
  path: TreePath,
  { etag, bytes }: { etag: string; bytes: Buffer | null },
): Promise<void> {
  const key = keyOfPath(path);
  if (key === null) return;
  await pool().query(
    `INSERT INTO "ReceivedThumbnail" ("siteId", "nodeId", "path", "etag", "bytes")
     SELECT n."siteId", n."id", $3, $4, $5 FROM "FileNode" n WHERE n."siteId" = $1 AND n."mountId" = $2 LIMIT 1
     ON CONFLICT ("siteId", "nodeId", "path") DO UPDATE SET "etag" = excluded."etag", "bytes" = excluded."bytes", "usedAt" = now()`,
    [siteId, id, key, etag, bytes],
  );
}

/** Of which things, by path and etag, a small picture is kept. */
export async function whichAreKept(
  { siteId, id }: Share,
  things: { path: TreePath; etag: string }[],
): Promise<boolean[]> {
  const keys = things.map(({ path }) => keyOfPath(path) ?? "/");
  const { rows } = await pool().query<{ path: string; etag: string }>({
    name: "received-thumbnails",
    text: `SELECT t."path", t."etag" FROM "ReceivedThumbnail" t JOIN "FileNode" n
        ON n."siteId" = t."siteId" AND n."id" = t."nodeId"
      WHERE n."siteId" = $1 AND n."mountId" = $2 AND t."path" = ANY ($3::text[]) AND t."bytes" IS NOT NULL`,
    values: [siteId, id, keys],
  });
  const etags = new Map(rows.map(({ path, etag }) => [path, etag]));
  return things.map(({ etag }, index) => etags.get(keys[index] ?? "") === etag);
}
