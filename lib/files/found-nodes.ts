import { pool } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { type NodeRow, toEntry } from "./internal/node-row";
import { absent } from "./internal/refusals";
import { folderState, NODE_COLUMNS, pathOf } from "./internal/sql";
import type { Entry } from "./tree";

type Owner = { siteId: string; userId: string };

/** Something of a person, wherever it stands. */
export type FoundNode = {
  entry: Entry;
  /** The folder that it stands in, as a path. */
  folder: string;
};

/** So many somebody can still find again at a glance. */
const MOST_FAVOURITES = 1000;
const MOST_RECENT = 100;
/** So many of the latest are looked through for those, since what is below a folder in the trash does not show it. */
const MOST_WALKED = 2_000;

/** Nodes `n` of a person with the folder that each stands in; none that is in the trash, or below what is. */
const foundNodes = (which: string, nodes = `"FileNode"`) => `
SELECT ${NODE_COLUMNS}, s."version", s."changedAt", r."resourceType" AS "mountedType", r."role" AS "mountedRole",
  r."size" AS "mountedSize", place.folder
FROM ${nodes} n
CROSS JOIN LATERAL (SELECT ${pathOf('n."siteId"', 'n."parentId"')} AS folder OFFSET 0) place
LEFT JOIN LATERAL ${folderState("true")} s ON true
LEFT JOIN "ReceivedShare" r ON n."kind" = 'mount' AND r."siteId" = n."siteId" AND r."id" = n."mountId"
WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."trashedAt" IS NULL AND place.folder IS NOT NULL AND ${which}`;

const FAVOURITES = foundNodes(
  `n."starredAt" IS NOT NULL ORDER BY (n."kind" = 'file'), n."name" COLLATE "names", n."id" LIMIT ${MOST_FAVOURITES}`,
);
const RECENT = foundNodes(
  `true ORDER BY n."modifiedAt" DESC LIMIT ${MOST_RECENT}`,
  `(SELECT * FROM "FileNode" f
    WHERE f."siteId" = $1 AND f."ownerId" = $2 AND f."kind" <> 'folder' AND f."trashedAt" IS NULL
    ORDER BY f."modifiedAt" DESC LIMIT ${MOST_WALKED})`,
);

async function find({ siteId, userId }: Owner, name: string, text: string): Promise<FoundNode[]> {
  const scope = { siteId, ownerId: userId, rootId: null, canWrite: true };
  type Row = NodeRow & { folder: string };
  const { rows } = await pool().query<Row>({ name, text, values: [siteId, userId] });
  return rows.map((row) => ({ entry: toEntry(scope, row), folder: row.folder }));
}

/** What a person made a favourite, folders first, then by name. */
export const listFavourites = (owner: Owner): Promise<FoundNode[]> => find(owner, "files-favourites", FAVOURITES);

/**
 * The files of a person that were written last and the received shares that came last, the latest first. Fewer than there
 * are where most of the latest stand below a folder in the trash.
 */
export const listRecent = (owner: Owner): Promise<FoundNode[]> => find(owner, "files-recent", RECENT);

/**
 * Makes something of one's own, or the place where a received share stands, a favourite, or no longer. It changes
 * nothing else about it.
 *
 * @throws NODE_NOT_FOUND, TOO_MANY_FAVOURITES
 */
export async function setFavourite({ siteId, userId }: Owner, nodeId: string, isFavourite: boolean): Promise<void> {
  const { rows } = await pool().query<{ isFull: boolean }>(
    `WITH full_up AS (
       SELECT count(*) >= ${MOST_FAVOURITES} AS "isFull" FROM "FileNode" f
       WHERE f."siteId" = $1 AND f."ownerId" = $2 AND f."starredAt" IS NOT NULL AND f."id" <> $3
     ), node AS (
       SELECT n."id" FROM "FileNode" n
       WHERE n."siteId" = $1 AND n."ownerId" = $2 AND n."id" = $3 AND n."parentId" IS NOT NULL AND n."trashedAt" IS NULL
     ), starred AS (
       UPDATE "FileNode" n SET "starredAt" = CASE WHEN $4 THEN coalesce(n."starredAt", now()) END
       FROM node, full_up WHERE n."siteId" = $1 AND n."id" = node."id" AND NOT (full_up."isFull" AND $4)
     )
     SELECT full_up."isFull" FROM node, full_up`,
    [siteId, userId, nodeId, isFavourite],
  );
  if (!rows[0]) throw absent();
  if (rows[0].isFull && isFavourite) {
    throw conflict(
      "TOO_MANY_FAVOURITES",
      `No more than ${MOST_FAVOURITES.toLocaleString("en")} things can be favourites.`,
    );
  }
}
