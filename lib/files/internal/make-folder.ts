import { newId } from "@/lib/core/ids";
import { checkName } from "../names";
import type { Entry } from "../tree";
import { type NodeRow, toEntry } from "./node-row";
import { LOG_CHANGE, PLACE, placeOf } from "./place";
import { absent, nameTaken, notAFolder } from "./refusals";
import { requireWritable, type Scope } from "./scope";
import { inTreeTogether, isGone, isTaken, NODE_COLUMNS } from "./sql";
import type { Walk } from "./walk";

const MAKE_FOLDER = {
  name: "files-make-folder",
  text: `
WITH RECURSIVE ${PLACE}, node AS (
  INSERT INTO "FileNode" AS n ("siteId", "ownerId", "parentId", "id", "kind", "name")
  SELECT $1, $4, $2, $5, 'folder', $6 FROM place
  RETURNING ${NODE_COLUMNS}
), change AS (${LOG_CHANGE})
SELECT *, 0 AS "version" FROM node`,
};

/** @throws NODE_NOT_FOUND, NOT_A_FOLDER, READ_ONLY, NAME_TAKEN, NAME_INVALID */
export async function makeFolder(scope: Scope, { node, rest }: Walk): Promise<Entry> {
  requireWritable(scope);
  const [name] = rest;
  if (name === undefined) throw nameTaken();
  if (node.kind !== "folder") throw notAFolder();
  if (rest.length > 1) throw absent();

  const values = [...placeOf(scope, node.id), scope.ownerId, newId(), checkName(name)];
  const { rows } = await inTreeTogether(scope, "shared", (client) =>
    client.query<NodeRow>({ ...MAKE_FOLDER, values }),
  ).catch((error) => {
    if (isTaken(error)) throw nameTaken();
    throw isGone(error) ? absent() : error;
  });
  if (!rows[0]) throw absent();
  return toEntry(scope, rows[0]);
}
