import { pool } from "@/lib/core/db";
import { isId } from "@/lib/core/ids";

const OF_ETAGS = `
SELECT b."id", b."sha256" FROM "Blob" b WHERE b."siteId" = $1 AND b."id" = ANY ($3::uuid[])
  AND EXISTS (SELECT FROM "FileNode" n WHERE n."siteId" = $1 AND n."blobId" = b."id" AND n."ownerId" = $2)`;

/** The SHA-256 in hex of a person's own files, by their etags; of what another cloud keeps none is known. */
export async function checksumsOf(
  { siteId, userId }: { siteId: string; userId: string },
  etags: string[],
): Promise<ReadonlyMap<string, string>> {
  const values = [siteId, userId, etags.filter(isId)];
  const { rows } = await pool().query<{ id: string; sha256: string }>({ name: "checksums", text: OF_ETAGS, values });
  return new Map(rows.map(({ id, sha256 }) => [id, sha256]));
}
