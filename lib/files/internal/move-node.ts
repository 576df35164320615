import type { Entry, TreePath } from "../tree";
import { requireEtag, toEntry } from "./node-row";
import { nameTaken, rootStays } from "./refusals";
import { requireWritable, type Scope } from "./scope";
import { inTree, isTaken } from "./sql";
import { clearTarget } from "./target";
import { foldersAbove } from "./trash-node";
import { walkTo } from "./walk";

/** Logged with the folders of both places, and with the one that it left. */
const MOVE = `
WITH node AS (
  UPDATE "FileNode" n SET "parentId" = $3, "name" = $4
  WHERE n."siteId" = $1 AND n."id" = $2 AND n."trashedAt" IS NULL RETURNING n."id"
)
INSERT INTO "FileChange" ("siteId", "ownerId", "nodeId", "ancestors", "formerParentId", "formerName")
SELECT $1, $5, node."id", $6, $7, $8 FROM node`;

/** Constant time, however much is below. Moves of one tree take turns, or two of them could close a circle. */
export async function moveNode(
  scope: Scope,
  from: TreePath,
  to: TreePath,
  { overwrite, ifMatch }: { overwrite?: boolean; ifMatch?: string },
): Promise<Entry> {
  requireWritable(scope);
  if (from.length === 0) throw rootStays();
  return inTree(scope, "exclusive", async (client) => {
    const source = await walkTo(client, scope, from);
    requireEtag(scope, source.node, ifMatch);
    if (isSame(from, to)) return toEntry(scope, source.node);

    const target = await clearTarget(client, scope, { source: source.chain, to, overwrite });

    const above = scope.rootId === null ? [] : await foldersAbove(client, scope.siteId, scope.rootId);
    const both = [...above, ...source.chain.slice(0, -1), ...target.folders].map(({ id }) => id);
    const ancestors = [...new Set(both)];
    const { siteId, ownerId } = scope;
    const left = [source.chain.at(-2)?.id ?? null, source.node.name];
    const values = [siteId, source.node.id, target.folderId, target.name, ownerId, ancestors, ...left];
    await client.query({ name: "files-move", text: MOVE, values }).catch((error) => {
      throw isTaken(error) ? nameTaken() : error; // by what this tree does not show
    });
    return toEntry(scope, { ...source.node, name: target.name });
  });
}

const isSame = (from: TreePath, to: TreePath) => from.map(composed).join("/") === to.map(composed).join("/");
const composed = (name: string) => name.normalize("NFC");
