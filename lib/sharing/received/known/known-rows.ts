import { pool } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import { mediaTypeOf } from "@/lib/files/media-types";
import type { Entry, Page, TreePath } from "@/lib/files/tree";
import type { KnownEntry, ReceivedShare } from "@/prisma/generated/client";

const MOST = 1000;
/** A longer one does not fit into the index; such a folder is asked for each time. */
const LONGEST_PATH = 1500;

/** The key of a folder in what is known; null: it is kept of none so deep. */
export function keyOfPath(path: TreePath): string | null {
  const key = path.map((name) => `/${name.normalize("NFC")}`).join("");
  return Buffer.byteLength(key) <= LONGEST_PATH ? key : null;
}

/** Whether a path is that one, or below it; both as keys. */
export const isAtOrBelow = (key: string, above: string) => key === above || key.startsWith(`${above}/`);

/** As other clouds may spell a name. */
export const spellingsOf = (name: string) => [name, name.normalize("NFC"), name.normalize("NFD")];

/** The shown listing of a folder, in SQL of its site, received share and path. */
export const currentFolder = (siteId: string, receivedShareId: string, path: string) => `
  "siteId" = ${siteId}::uuid AND path = ${path} AND "isCurrent" AND "nodeId" = (
    SELECT id FROM "FileNode" WHERE "siteId" = ${siteId}::uuid AND "mountId" = ${receivedShareId}::uuid LIMIT 1)`;

type Row = Pick<KnownEntry, "name" | "entryId" | "isFile" | "etag" | "modifiedAt" | "mayWrite"> & { size: string };
type PageRow = { [Column in keyof Row]: Row[Column] | null } & {
  folderId: string;
  seenAt: Date;
  unshown: number;
  isDue: boolean;
};

const COLUMNS = `e.name, e."entryId", e."isFile", e.size, e.etag, e."modifiedAt", e."mayWrite"`;

const PAGE = (after: string) => `
SELECT f.id AS "folderId", f."seenAt", f.unshown, f."nextLookAt" <= clock_timestamp() AS "isDue", ${COLUMNS}
  FROM (SELECT * FROM "KnownFolder" WHERE ${currentFolder("$1", "$2", "$3")}) f
  LEFT JOIN LATERAL (
    SELECT * FROM "KnownEntry" k WHERE k."siteId" = f."siteId" AND k."folderId" = f.id ${after}
     ORDER BY k."isFile", k.name COLLATE "names" LIMIT $4
  ) e ON true
 ORDER BY e."isFile", e.name COLLATE "names"`;

/** A folder as it was last seen: a page of it, and whether it is time to ask its cloud again. */
export type KnownPage = Page<Entry> & { folderId: string; seenAt: Date; isDue: boolean };

/** One page of a folder as it was last seen, in one statement along an index; null if nobody has looked at it yet. */
export async function findKnownPage(
  share: ReceivedShare,
  path: TreePath,
  { after, limit = 200 }: { after?: string; limit?: number },
): Promise<KnownPage | null> {
  const key = keyOfPath(path);
  if (key === null) return null;
  const size = Math.min(Math.max(1, Math.trunc(limit)), MOST);
  const values: unknown[] = [share.siteId, share.id, key, size + 1];
  if (after !== undefined) values.push(...readCursor(after));
  const text = PAGE(after === undefined ? "" : `AND (k."isFile", k.name COLLATE "names") > ($5, $6)`);
  const name = `known-page-${after === undefined ? "first" : "next"}`;
  const { rows } = await pool().query<PageRow>({ name, text, values });
  const [first] = rows;
  if (!first) return null;
  const entries = rows.filter((row): row is PageRow & Row => row.name !== null);
  const shown = entries.slice(0, size);
  const last = shown.at(-1);
  const { folderId, seenAt, unshown, isDue } = first;
  const items = shown.map((row) => toEntry(share, row));
  return { items, next: entries.length > size && last ? writeCursor(last) : null, unshown, folderId, seenAt, isDue };
}

/** Of a folder its own listing tells most, unless its cloud left the folder itself out; else that of what holds it. */
const ENTRY = `
SELECT * FROM (
  SELECT 0 AS rank, id AS "folderId", "seenAt", "nextLookAt" <= clock_timestamp() AS "isDue",
         $4::text AS name, "entryId", false AS "isFile", 0::bigint AS size, etag, "modifiedAt", "mayWrite"
    FROM "KnownFolder" WHERE ${currentFolder("$1", "$2", "$3")} AND "entryId" <> ''
  UNION ALL
  SELECT 1, f.id, f."seenAt", f."nextLookAt" <= clock_timestamp(), ${COLUMNS}
    FROM (SELECT * FROM "KnownFolder" WHERE ${currentFolder("$1", "$2", "$5")}) f
    JOIN "KnownEntry" e ON e."siteId" = f."siteId" AND e."folderId" = f.id AND e.name = ANY ($6::text[])
) known ORDER BY rank LIMIT 1`;

/** Which listing told of something, when its cloud last said that it is so, and whether it is time to ask again. */
export type Told = { folderId: string; path: TreePath; seenAt: Date; isDue: boolean };
type EntryRow = Row & Omit<Told, "path"> & { rank: number };

/** What stands at a path, as it was last seen; null if that is not known. */
export async function findKnownEntry(
  share: ReceivedShare,
  path: TreePath,
): Promise<{ entry: Entry; told: Told } | null> {
  const key = keyOfPath(path);
  if (key === null) return null;
  const above = path.slice(0, -1);
  const name = path.at(-1) ?? share.name;
  const values = [share.siteId, share.id, key, name, path.length > 0 ? keyOfPath(above) : null, spellingsOf(name)];
  const { rows } = await pool().query<EntryRow>({ name: "known-entry", text: ENTRY, values });
  const [row] = rows;
  if (!row) return null;
  const { folderId, seenAt, isDue, rank } = row;
  return { entry: toEntry(share, row), told: { folderId, path: rank === 0 ? path : above, seenAt, isDue } };
}

/** What the share grants holds at once, whatever was granted when it was last looked at. */
function toEntry({ role }: ReceivedShare, row: Row): Entry {
  const { name, entryId: id, isFile, size, etag, modifiedAt, mayWrite } = row;
  return {
    ...{ id, name, etag, modifiedAt },
    kind: isFile ? "file" : "folder",
    size: Number(size),
    mediaType: isFile ? mediaTypeOf(name) : null,
    canWrite: mayWrite && role === "editor",
  };
}

const writeCursor = ({ isFile, name }: Row) => Buffer.from(`${isFile ? "f" : "d"}${name}`).toString("base64url");

function readCursor(cursor: string): [isFile: boolean, name: string] {
  const text = Buffer.from(cursor, "base64url").toString();
  const name = text.slice(1);
  if (!/^[fd]/.test(text) || name === "" || name.includes("\0"))
    throw invalid("PAGE_INVALID", "There is no such page.");
  return [text.startsWith("f"), name];
}
