import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { db } from "@/lib/core/db";
import { hasCode, isAppError } from "@/lib/core/errors";
import { findOfflineCopy, type OfflineCopy, openOfflineCopy } from "@/lib/files/offline-copies";
import { dropOfflineEdit, listOfflineEdits, settleOfflineEdit } from "@/lib/files/offline-edits";
import { type Entry, findEntry, type Tree, type TreePath } from "@/lib/files/tree";
import { besideNames, FOR_GOOD, keepAllAmongOwn, tellKept } from "@/lib/sharing/received/offline/kept-apart";
import { findSteps, isEntangled } from "@/lib/sharing/received/offline/steps";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

/**
 * Sends the files that were changed here while the cloud of a share was away, each over what it was made from, but for
 * those where something else is to be done there before. What has changed there as well comes beside it under a name that says so, and its receiver is told. What that cloud does not take for
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
  const steps = await findSteps(share);
  let problem: string | null = null;
  for (const key of keys) {
    if (isEntangled(steps, key)) continue;
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
  await tellKept(db(), share, { resource: name, keptAs, where: "beside", reason });
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
  const standing = await findEntry(tree, path);
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
  for await (const keptAs of besideNames(edit.share, name, true)) {
    if (await put(edit, [...folder, keptAs], { ifAbsent: true })) return keptAs;
  }
  return name; // `besideNames` has thrown
}

const keepAmongOwn = ({ share, nodeId, key }: Edit, reason: string) =>
  db().$transaction((tx) => keepAllAmongOwn(tx, share, { nodeId, path: key }, reason));
