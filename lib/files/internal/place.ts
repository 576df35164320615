import type { Scope } from "./scope";
import { nodeOf } from "./sql";

/**
 * For `WITH RECURSIVE`: `place` has one row with the `ancestors` of what stands in a folder (the tree's root first), and
 * none if by now that folder is gone, in the trash, or no longer in this tree. To be read under the lock of the tree.
 * Parameters: $1 site, $2 folder, $3 the node that the tree is rooted at or null.
 */
export const PLACE = `
up AS (
  SELECT n."id", n."parentId", n."trashedAt", 0 AS height FROM "FileNode" n
  WHERE n."siteId" = $1 AND n."id" = $2 AND n."kind" = 'folder'
  UNION ALL
  SELECT p."id", p."parentId", p."trashedAt", u.height + 1 FROM up u
  CROSS JOIN LATERAL ${nodeOf("$1", `u."parentId"`)} p
), place AS (
  SELECT array_agg(u."id" ORDER BY u.height DESC) AS ancestors FROM up u
  HAVING count(*) > 0 AND bool_and(u."trashedAt" IS NULL) AND ($3::uuid IS NULL OR bool_or(u."id" = $3))
)`;

/** The three parameters of PLACE for something in this folder. */
export const placeOf = (scope: Scope, folderId: string) => [scope.siteId, folderId, scope.rootId];

/** For `WITH`: writes the change of `node` (a row with its id) in `place` to the log. $1 is the site, $4 the owner. */
export const LOG_CHANGE = `
INSERT INTO "FileChange" ("siteId", "ownerId", "nodeId", "ancestors")
SELECT $1, $4, node."id", place.ancestors FROM node, place`;
