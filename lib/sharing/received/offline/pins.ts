import { createHash } from "node:crypto";
import { db, type Statement, type Tx } from "@/lib/core/db";
import { conflict, invalid } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { dropOfflineCopies, moveOfflineCopies } from "@/lib/files/offline-copies";
import { listOfflineEdits } from "@/lib/files/offline-edits";
import type { TreePath } from "@/lib/files/tree";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import { keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { getOpenShare } from "@/lib/sharing/received/open-share";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

/** What a cloud is asked for, one thing after the other: of all that its receivers keep of it. */
export type CopiesJob = { siteId: string; provider: string };

/** What is pinned of a received share. */
export const listPins = ({ siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<OfflinePin[]> =>
  db().offlinePin.findMany({ where: { siteId, node: { mountId: id } }, orderBy: { path: "asc" } });

/** The pins of shares as a whole, with the share of each. */
export async function listTopPins(siteId: string, shareIds: string[]): Promise<(OfflinePin & { mountId: string })[]> {
  const where = { siteId, path: "", node: { mountId: { in: shareIds } } };
  const pins = await db().offlinePin.findMany({ where, include: { node: { select: { mountId: true } } } });
  return pins.map(({ node, ...pin }) => ({ ...pin, mountId: node.mountId ?? "" }));
}

/** Whether a path is that one, or below it; both as keys. */
export const isAtOrBelow = (key: string, above: string) => key === above || key.startsWith(`${above}/`);

/** The pin by which a copy of what stands at a path is kept. */
export function pinOver(pins: OfflinePin[], path: TreePath): OfflinePin | null {
  const key = keyOfPath(path);
  return (key !== null && pins.find((pin) => isAtOrBelow(key, pin.path))) || null;
}

/** The statement that finds a pin, if it still stands, and keeps it until the end of the transaction. */
export const isPinned = ({ siteId, nodeId, path }: OfflinePin): Statement => ({
  name: "offline-pinned",
  text: `SELECT FROM "OfflinePin" WHERE "siteId" = $1 AND "nodeId" = $2 AND path = $3 FOR KEY SHARE`,
  values: [siteId, nodeId, path],
});

/** So many clouds are asked for copies at once: whoever is told something must not wait for them. */
const LANES = 6;

/** Has the copies of a cloud's shares brought up to date soon; always in the same queue, so one thing at a time. */
export function wantCopies(tx: Tx, { siteId, provider }: CopiesJob): Promise<void> {
  const lane = (createHash("sha256").update(`${siteId} ${provider}`).digest()[0] ?? 0) % LANES;
  const options = { key: `tend-copies ${siteId} ${provider}`, queue: `tend-copies:${lane}` };
  return enqueue(tx, "tend-copies", { siteId, provider }, options);
}

/**
 * From now on a copy of this is kept here, in its receiver's room; it comes behind that. What is pinned below it is part
 * of it from then on. Pinning again changes nothing.
 *
 * @throws ALREADY_HERE, PATH_INVALID, and what `getOpenShare` throws
 */
export async function pinOffline(user: UserPrincipal, receivedShareId: string, path: TreePath): Promise<void> {
  const share = await getOpenShare(user, receivedShareId);
  const { siteId, id: mountId, provider } = share;
  if (!provider) throw conflict("ALREADY_HERE", "This is on your own cloud already.");
  const key = requireKey(path);
  await db().$transaction(async (tx) => {
    const node = await lockMount(tx, siteId, mountId);
    const pins = await tx.offlinePin.findMany({ where: { siteId, nodeId: node.id } });
    if (pinOver(pins, path)) return;
    const below = pins.filter((pin) => isAtOrBelow(pin.path, key)).map((pin) => pin.path);
    await tx.offlinePin.deleteMany({ where: { siteId, nodeId: node.id, path: { in: below } } });
    await tx.offlinePin.create({ data: { siteId, nodeId: node.id, path: key } });
    await wantCopies(tx, { siteId, provider });
    await touchTopic(tx, siteId, [user.userId], "files");
  });
}

/**
 * No copy is kept any more: its room is free at once. None is no error.
 *
 * @throws EDITS_WAIT, PATH_INVALID and what `getOpenShare` throws
 */
export async function unpinOffline(user: UserPrincipal, receivedShareId: string, path: TreePath): Promise<void> {
  const { siteId, id: mountId, provider } = await getOpenShare(user, receivedShareId);
  const key = requireKey(path);
  await db().$transaction(async (tx) => {
    const node = await lockMount(tx, siteId, mountId);
    const edits = await listOfflineEdits(user, { nodeId: node.id, path: key });
    if (edits.length > 0) throw conflict("EDITS_WAIT", `What you changed here has not been sent to ${provider} yet.`);
    await dropPin(tx, { siteId, nodeId: node.id, path: key });
    await touchTopic(tx, siteId, [user.userId], "files");
  });
}

/** Takes a pin away, with what is kept by it. */
export async function dropPin(tx: Tx, { siteId, nodeId, path }: Pick<OfflinePin, "siteId" | "nodeId" | "path">) {
  const { count } = await tx.offlinePin.deleteMany({ where: { siteId, nodeId, path } });
  if (count > 0) await dropOfflineCopies(tx, { siteId, nodeId, path });
}

/** What is pinned, and its copies, go along with what its receiver moves within a share. */
export async function movePins({ siteId, id }: ReceivedShare, from: TreePath, to: TreePath): Promise<void> {
  const [fromKey, toKey] = [keyOfPath(from), keyOfPath(to)];
  if (fromKey === null || toKey === null) return;
  await db().$transaction(async (tx) => {
    const node = await lockMount(tx, siteId, id);
    await moveOfflineCopies(tx, { siteId, nodeId: node.id, from: fromKey, to: toKey });
    for (const { path } of await tx.offlinePin.findMany({ where: { siteId, nodeId: node.id } })) {
      if (!isAtOrBelow(path, fromKey)) continue;
      const where = { siteId_nodeId_path: { siteId, nodeId: node.id, path } };
      await tx.offlinePin.update({ where, data: { path: toKey + path.slice(fromKey.length) } });
    }
  });
}

/** Whoever changes what is pinned of a share does so alone. */
async function lockMount(tx: Tx, siteId: string, mountId: string): Promise<{ id: string }> {
  const [node] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM "FileNode" WHERE "siteId" = ${siteId}::uuid AND "mountId" = ${mountId}::uuid FOR NO KEY UPDATE`;
  if (!node) throw conflict("SHARE_ENDED", "This is no longer among your files.");
  return node;
}

function requireKey(path: TreePath): string {
  const key = keyOfPath(path);
  if (key === null) throw invalid("PATH_INVALID", "This lies too deep to be kept here.");
  return key;
}
