import { db } from "@/lib/core/db";
import { hasCode, invalid, isAppError } from "@/lib/core/errors";
import { moveOfflineCopies } from "@/lib/files/offline-copies";
import { dropOfflineFolder, listOfflineFolders } from "@/lib/files/offline-folders";
import type { Tree, TreePath } from "@/lib/files/tree";
import { keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { besideNames, FOR_GOOD, keepAllAmongOwn, tellKept } from "@/lib/sharing/received/offline/kept-apart";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

type Sent = { hasSent: boolean; problem: string | null; waiting: string[] };

/**
 * Makes the folders that were made here while the cloud of a share was away, those above first, before what they hold is
 * sent. One that is there already is the same folder; where a file stands, it is made beside it under a name that says so.
 * What its cloud does not take for good is made nowhere, and the files in it are kept among one's own. `waiting`: folders
 * that could not be made just now.
 *
 * @throws PEER_UNREACHABLE, PEER_TIMEOUT, PEER_BUSY
 */
export async function sendFolders(share: ReceivedShare, pin: OfflinePin, tree: Tree): Promise<Sent> {
  const { siteId, nodeId } = pin;
  const made: Sent = { hasSent: false, problem: null, waiting: [] };
  // Asked anew each time: what is made beside takes those below along.
  for (const seen = new Set<string>(); ; ) {
    const key = (await listOfflineFolders(db(), pin)).find((path) => !seen.has(path));
    if (key === undefined) return made;
    seen.add(key);
    if (made.waiting.some((above) => key.startsWith(`${above}/`))) continue;
    try {
      await makeOne(share, nodeId, key, tree);
      made.hasSent = true;
    } catch (error) {
      if (!isAppError(error) || isSilence(error)) throw error;
      if (FOR_GOOD.includes(error.code)) {
        await db().$transaction((tx) => keepAllAmongOwn(tx, share, { nodeId, path: key }, error.message));
      } else {
        made.waiting.push(key);
        made.problem = `${key.slice(key.lastIndexOf("/") + 1)}: ${error.message}`;
      }
    }
  }

  async function makeOne(of: ReceivedShare, node: string, key: string, there: Tree): Promise<void> {
    const path = key.split("/").slice(1);
    if (await make(there, path)) return dropOfflineFolder({ siteId, nodeId: node, path: key });
    const name = path.at(-1) ?? "";
    for await (const keptAs of besideNames(of, name, false)) {
      const beside = [...path.slice(0, -1), keptAs];
      if (!(await make(there, beside))) continue;
      const to = keyOfPath(beside);
      if (to === null) throw invalid("NAME_INVALID", "There is no name for it that is short enough.");
      await db().$transaction((tx) => moveOfflineCopies(tx, { siteId, nodeId: node, from: key, to }));
      await dropOfflineFolder({ siteId, nodeId: node, path: to });
      const reason = `It was changed on ${of.provider} in the meantime.`;
      return tellKept(db(), of, { resource: name, keptAs, where: "beside", reason });
    }
  }
}

/** False: something else than a folder stands there. */
async function make(tree: Tree, path: TreePath): Promise<boolean> {
  try {
    await tree.makeFolder(path);
    return true;
  } catch (error) {
    if (!hasCode(error, "NAME_TAKEN")) throw error;
    return (await tree.stat(path)).kind === "folder";
  }
}
