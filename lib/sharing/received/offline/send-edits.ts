import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { db, type Tx } from "@/lib/core/db";
import { hasCode, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { markedName } from "@/lib/files/names";
import { findOfflineCopy, type OfflineCopy, openOfflineCopy } from "@/lib/files/offline-copies";
import { dropOfflineEdit, listOfflineEdits, moveEditsToOwn, settleOfflineEdit } from "@/lib/files/offline-edits";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { notify } from "@/lib/notices/notices";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

/** Names that are tried for what comes beside. */
const MOST_NAMES = 20;
/** Trying again does not help: what was changed here is kept among its receiver's own files instead. */
const FOR_GOOD = ["READ_ONLY", "NODE_NOT_FOUND", "NOT_A_FOLDER", "NAME_INVALID", "FILE_TOO_LARGE", "PEER_FORBIDS"];

/**
 * Sends what was changed here while the cloud of a share was away, each over what it was made from. What has changed
 * there as well comes beside it under a name that says so, and its receiver is told. What that cloud does not take for
 * good is kept among one's own files. Whatever else is in the way of one is the problem that is returned: that one waits on.
 *
 * @throws PEER_UNREACHABLE, PEER_TIMEOUT, PEER_BUSY
 */
export async function sendEdits(
  share: ReceivedShare,
  pin: OfflinePin,
  tree: Tree,
): Promise<{ hasSent: boolean; problem: string | null }> {
  const owner = { siteId: share.siteId, userId: share.receiverId };
  const { nodeId } = pin;
  const keys = await listOfflineEdits(db(), pin);
  let problem: string | null = null;
  for (const key of keys) {
    const copy = await findOfflineCopy(owner, { nodeId, path: key });
    if (!copy || copy.baseEtag === null) continue;
    const edit = { share, nodeId, key, path: key.split("/").slice(1), copy, tree };
    try {
      await sendOne(edit);
    } catch (error) {
      if (!isAppError(error) || isSilence(error)) throw error;
      if (FOR_GOOD.includes(error.code)) await keepAmongOwn(edit, error.message);
      else problem = `${copy.entry.name || share.name}: ${error.message}`;
    }
  }
  return { hasSent: keys.length > 0, problem };
}

type Edit = { share: ReceivedShare; nodeId: string; key: string; path: TreePath; copy: OfflineCopy; tree: Tree };

async function sendOne(edit: Edit): Promise<void> {
  const { share, nodeId, key, path, copy } = edit;
  const owner = { siteId: share.siteId, userId: share.receiverId };
  const condition = copy.baseEtag ? { ifMatch: copy.baseEtag } : { ifAbsent: true };
  const entry = await put(edit, path, condition);
  if (entry) return settleOfflineEdit(owner, { nodeId, path: key }, copy, entry);
  // Of a share that is one file there is no beside.
  const name = path.at(-1);
  if (name === undefined) return keepAmongOwn(edit, `It was changed on ${share.provider} in the meantime.`);
  const keptAs = await putBeside(edit, path.slice(0, -1), name);
  await dropOfflineEdit(owner, { nodeId, path: key }, copy);
  const reason = `It was changed on ${share.provider} in the meantime.`;
  await tell(db(), share, { resource: name, keptAs, where: "beside", reason });
}

/** Null: something else stands there by now. What stands there with these very bytes was sent by a try whose answer was lost. */
async function put({ share, copy, tree }: Edit, path: TreePath, condition: object): Promise<Entry | null> {
  const { siteId, receiverId: userId } = share;
  const { size } = copy.entry;
  const { body } = await openOfflineCopy({ siteId, userId }, copy, {});
  try {
    return (await tree.write(path, body, { size, ...condition })).entry;
  } catch (error) {
    if (!hasCode(error, "ETAG_MISMATCH") && !hasCode(error, "NAME_TAKEN")) throw error;
    return await findSame(tree, path, copy, share);
  } finally {
    body.destroy();
  }
}

async function findSame(tree: Tree, path: TreePath, copy: OfflineCopy, share: ReceivedShare): Promise<Entry | null> {
  const standing = await tree.stat(path).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });
  if (standing?.kind !== "file" || standing.size !== copy.entry.size) return null;
  const [there, here] = await Promise.all([
    tree.read(path),
    openOfflineCopy({ siteId: share.siteId, userId: share.receiverId }, copy, {}),
  ]);
  const [theirs, ours] = await Promise.all([hashOf(there.body), hashOf(here.body)]);
  return theirs === ours ? there.entry : null;
}

async function hashOf(body: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) hash.update(chunk);
  return hash.digest("hex");
}

async function putBeside(edit: Edit, folder: TreePath, name: string): Promise<string> {
  const { displayName } = await db().user.findUniqueOrThrow({
    where: { siteId_id: { siteId: edit.share.siteId, id: edit.share.receiverId } },
    select: { displayName: true },
  });
  const mark = `conflict of ${displayName.replace(/[/\\]/g, "_")}, ${new Date().toISOString().slice(0, 10)}`;
  for (let number = 1; number <= MOST_NAMES; number++) {
    const keptAs = markedName(name, number === 1 ? mark : `${mark}, ${number}`, true);
    if (await put(edit, [...folder, keptAs], { ifAbsent: true })) return keptAs;
  }
  throw new Error("No name is free for what was changed here.");
}

const keepAmongOwn = ({ share, nodeId, key }: Edit, reason: string) =>
  db().$transaction((tx) => keepAllAmongOwn(tx, share, { nodeId, path: key }, reason));

/** Keeps all that was changed here at a place and below it among its receiver's own files, who is told why. */
export async function keepAllAmongOwn(
  tx: Tx,
  share: ReceivedShare,
  { nodeId, path }: Pick<OfflinePin, "nodeId" | "path">,
  reason: string,
): Promise<void> {
  const moved = await moveEditsToOwn(tx, { siteId: share.siteId, nodeId, path });
  for (const [name, keptAs] of moved) await tell(tx, share, { resource: name, keptAs, where: "own", reason });
}

type Kept = { resource: string; keptAs: string; where: "beside" | "own"; reason: string };

async function tell(
  tx: Tx,
  { siteId, id, receiverId, senderName: name, provider }: ReceivedShare,
  kept: Kept,
): Promise<void> {
  logger("sharing").info({ siteId, receivedShareId: id, where: kept.where }, "change made here kept apart");
  await notify(tx, siteId, receiverId, "edit-kept-apart", { ...kept, name, provider }, ["files"]);
}
