import type { Queryable } from "@/lib/core/db";
import { checkName } from "../names";
import type { TreePath } from "../tree";
import type { NodeRow } from "./node-row";
import { absent, intoItself, isReceivedShare, nameTaken, notAFolder, rootStays } from "./refusals";
import type { Scope } from "./scope";
import { trash } from "./trash-node";
import { walk } from "./walk";

/** Where something is to be put: the chain of folders down to the one that takes it, and its name there. */
export type Target = { folders: NodeRow[]; folderId: string; name: string; isReplacement: boolean };

/**
 * Makes room at a path for `source` (a chain of nodes). What stands there goes to the trash, if it may be overwritten:
 * nothing is lost silently.
 *
 * @throws NODE_NOT_FOUND, NOT_A_FOLDER, NAME_INVALID, NAME_TAKEN, INTO_ITSELF, IS_RECEIVED_SHARE
 */
export async function clearTarget(
  client: Queryable,
  scope: Scope,
  { source, to, overwrite }: { source: NodeRow[]; to: TreePath; overwrite?: boolean },
): Promise<Target> {
  if (to.length === 0) throw rootStays();
  const { chain, node, rest } = await walk(client, scope, to);
  if (rest.length > 1) throw absent();
  const isReplacement = rest.length === 0;
  const folders = isReplacement ? chain.slice(0, -1) : chain;
  const folder = folders.at(-1);
  if (!folder) throw rootStays();
  if (folder.kind !== "folder") throw notAFolder();

  const moved = source.at(-1);
  if (folders.some(({ id }) => id === moved?.id)) throw intoItself();
  if (isReplacement) {
    if (!overwrite) throw nameTaken();
    if (source.some(({ id }) => id === node.id)) throw intoItself();
    if (node.kind === "mount") throw isReceivedShare();
    await trash(client, scope, chain);
  }
  return { folders, folderId: folder.id, name: checkName(to.at(-1) ?? ""), isReplacement };
}
