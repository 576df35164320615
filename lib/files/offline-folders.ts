import { inTransaction, pool, type Statement, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { absent } from "./internal/refusals";
import { isGone } from "./internal/sql";
import type { Entry } from "./tree";

/** Where a received share stands, and a path within as `OfflineCopy` has it. */
type Place = { siteId: string; nodeId: string; path: string };
type Row = { path: string; madeAt: Date };

/** Of one share, until they are made on its cloud. */
const MOST = 10_000;

const HERE = "here-";
/** The id of what was made here at a path within a share, until its cloud has given it one; fit for a header. */
export const idMadeHere = (path: string): string => `${HERE}${encodeURIComponent(path)}`;
export const isIdMadeHere = (id: string): boolean => id.startsWith(HERE);

/** A folder that was made here, as it stands in a listing. */
function toEntry({ path, madeAt }: Row): Entry {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const etag = `~here-${madeAt.getTime()}`;
  return {
    id: idMadeHere(path),
    name,
    kind: "folder",
    size: 0,
    mediaType: null,
    etag,
    modifiedAt: madeAt,
    canWrite: true,
  };
}

/**
 * Keeps in mind that a folder was made in a pinned place while its cloud is away. Null if no copy is wanted there any more:
 * `wanted` finds a row as long as one is.
 *
 * @throws NAME_TAKEN, TOO_MUCH, NODE_NOT_FOUND if the share has ended
 */
export async function makeOfflineFolder({ siteId, nodeId, path }: Place, wanted: Statement): Promise<Entry | null> {
  try {
    return await inTransaction("BEGIN", async (client) => {
      if ((await client.query(wanted)).rowCount === 0) return null;
      const { rows } = await client.query<Row & { count: string }>(
        `INSERT INTO "OfflineFolder" ("siteId", "nodeId", "path") VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
         RETURNING "path", "madeAt", (SELECT count(*) FROM "OfflineFolder" WHERE "siteId" = $1 AND "nodeId" = $2) AS count`,
        [siteId, nodeId, path],
      );
      const [made] = rows;
      if (!made) throw conflict("NAME_TAKEN", "Something of that name is there already.");
      if (Number(made.count) >= MOST) throw conflict("TOO_MUCH", "So many folders cannot wait to be made.");
      return toEntry(made);
    });
  } catch (error) {
    throw isGone(error) ? absent() : error;
  }
}

/** The places at and below one of folders that wait to be made, those above first. */
export async function listOfflineFolders(
  tx: Tx,
  { siteId, nodeId, path = "" }: Omit<Place, "path"> & { path?: string },
): Promise<string[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT path FROM "OfflineFolder" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid
       AND (path = ${path} OR starts_with(path, ${`${path}/`})) ORDER BY length(path), "madeAt"`;
  return rows.map((row) => row.path);
}

/** The folder at a place of a received share, if it was made here and is not made on its cloud yet. */
export async function findOfflineFolder(siteId: string, receivedShareId: string, path: string): Promise<Entry | null> {
  const text = `SELECT f."path", f."madeAt" FROM "OfflineFolder" f WHERE f."siteId" = $1 AND f."path" = $3
    AND f."nodeId" = (SELECT id FROM "FileNode" WHERE "siteId" = $1 AND "mountId" = $2 LIMIT 1)`;
  const { rows } = await pool().query<Row>({ name: "offline-folder", text, values: [siteId, receivedShareId, path] });
  return rows[0] ? toEntry(rows[0]) : null;
}

/** Those in one folder of a received share. */
export async function listWaitingFolders(siteId: string, receivedShareId: string, folder: string): Promise<Entry[]> {
  const text = `SELECT f."path", f."madeAt" FROM "OfflineFolder" f
    WHERE f."siteId" = $1 AND left(f."path", -strpos(reverse(f."path"), '/')) = $3
      AND f."nodeId" = (SELECT id FROM "FileNode" WHERE "siteId" = $1 AND "mountId" = $2 LIMIT 1) ORDER BY f."path"`;
  const values = [siteId, receivedShareId, folder];
  return (await pool().query<Row>({ name: "offline-folders", text, values })).rows.map(toEntry);
}

/** A folder need not be made any more. Those below it may still. */
export async function dropOfflineFolder({ siteId, nodeId, path }: Place): Promise<void> {
  await pool().query(`DELETE FROM "OfflineFolder" WHERE "siteId" = $1 AND "nodeId" = $2 AND "path" = $3`, [
    siteId,
    nodeId,
    path,
  ]);
}
