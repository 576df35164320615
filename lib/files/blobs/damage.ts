import { db, pool, type Tx } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { notify, takeUnread } from "@/lib/notices/notices";
import { getSite } from "@/lib/sites/sites";
import { fileDamaged } from "../internal/refusals";
import { concernedBy, ownersConcernedBy } from "./concerned";
import type { BlobKey } from "./store";

/** So many files a notice names. */
const NAMED = 3;
/** Of one owner and of what is found at once, to name the first of them. */
const LOOKED_AT = 100;
/** Every read asks whether anything at all is damaged: from memory, which may be as old as this. */
const REMEMBERED_MS = 10_000;

type Known = { isAny: boolean; until: number };
const known = () => once("files.damage", () => new Map<string, Known>());

/** @throws FILE_DAMAGED if the bytes of this blob are known to be others than they were, or gone */
export async function requireWhole({ siteId, id }: BlobKey): Promise<void> {
  if (!(await isAnyDamaged(siteId))) return;
  const text = `SELECT FROM "BlobDamage" WHERE "siteId" = $1 AND "blobId" = $2`;
  const { rowCount } = await pool().query({ name: "files-is-damaged", text, values: [siteId, id] });
  if (rowCount === 1) throw fileDamaged();
}

async function isAnyDamaged(siteId: string): Promise<boolean> {
  const last = known().get(siteId);
  if (last && last.until > Date.now()) return last.isAny;
  const text = `SELECT EXISTS (SELECT FROM "BlobDamage" WHERE "siteId" = $1) AS "isAny"`;
  const { rows } = await pool().query<{ isAny: boolean }>(text, [siteId]);
  const isAny = rows[0]?.isAny ?? false;
  known().set(siteId, { isAny, until: Date.now() + REMEMBERED_MS });
  return isAny;
}

type Found = { id: string; finding: "missing" | "damaged" };

/**
 * Notes what was found of these blobs, and tells the owners of what is new. A blob that is removed meanwhile is none:
 * its row goes before its bytes. Returns the others.
 */
export async function noteDamage(siteId: string, found: Found[]): Promise<Set<string>> {
  if (found.length === 0) return new Set();
  const { name } = await getSite(siteId);
  const noted = await db().$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ blobId: string; isNew: boolean }[]>`
      INSERT INTO "BlobDamage" ("siteId", "blobId", "kind")
      SELECT b."siteId", b."id", f.kind::"DamageKind" FROM "Blob" b
      JOIN unnest(${found.map(({ id }) => id)}::uuid[], ${found.map(({ finding }) => finding)}::text[]) f(id, kind)
        ON b."siteId" = ${siteId}::uuid AND b."id" = f.id
      ON CONFLICT ("siteId", "blobId") DO UPDATE SET "kind" = excluded."kind", "checkedAt" = now()
      RETURNING "blobId"::text, xmax = 0 AS "isNew"`;
    const news = rows.filter(({ isNew }) => isNew).map(({ blobId }) => blobId);
    if (news.length > 0) await tellOwners(tx, { siteId, name }, news);
    for (const blobId of news) logger("files").error({ siteId, blobId }, "damaged file found");
    return new Set(rows.map(({ blobId }) => blobId));
  });
  known().delete(siteId);
  return noted;
}

/** These blobs are whole, after all or again. What was tried with them meanwhile may have met damaged bytes. */
export async function clearDamage(siteId: string, ids: string[]): Promise<void> {
  const count = await db().$transaction(async (tx) => {
    const healed = await tx.blobDamage.findMany({ where: { siteId, blobId: { in: ids } }, select: { blobId: true } });
    const where = { siteId, blobId: { in: healed.map(({ blobId }) => blobId) } };
    await tx.thumbnail.deleteMany({ where });
    await tx.blobText.deleteMany({ where: { ...where, state: { in: ["failed", "none"] } } });
    return (await tx.blobDamage.deleteMany({ where })).count;
  });
  if (count > 0) logger("files").info({ siteId, count }, "damaged files whole again");
  known().delete(siteId);
}

async function tellOwners(
  tx: Tx,
  { siteId, name }: { siteId: string; name: string },
  blobIds: string[],
): Promise<void> {
  for (const { ownerId, count } of await ownersConcernedBy(tx, siteId, blobIds)) {
    // A lost disk is found in many steps: what is still unread becomes part of the next notice.
    const unread = await takeUnread(tx, siteId, ownerId, "files-damaged");
    const concerned = await concernedBy(tx, siteId, blobIds, { ownerId, limit: LOOKED_AT });
    const paths = [...unread.flatMap(({ files }) => files), ...concerned.map(({ path }) => path)];
    const all = unread.reduce((sum, one) => sum + one.count, count);
    const about = { name, provider: "", files: [...new Set(paths)].slice(0, NAMED), count: all };
    await notify(tx, siteId, ownerId, "files-damaged", about);
  }
}
