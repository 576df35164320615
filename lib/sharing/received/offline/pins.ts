import { createHash } from "node:crypto";
import { db, type Statement, type Tx } from "@/lib/core/db";
import { conflict, invalid } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { lockMount } from "@/lib/files/mounts";
import { dropOfflineCopies, moveOfflineCopies } from "@/lib/files/offline-copies";
import { listOfflineEdits } from "@/lib/files/offline-edits";
import type { TreePath } from "@/lib/files/tree";
import { enqueue } from "@/lib/jobs/enqueue";
import { touchTopic } from "@/lib/notices/live";
import { MUST_USE_MFA } from "@/lib/protocol/ocm/wire";
import { isAtOrBelow, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { keepAllAmongOwn } from "@/lib/sharing/received/offline/kept-apart";
import { countSteps } from "@/lib/sharing/received/offline/steps";
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
 * @throws ALREADY_HERE, OPENS_WITH_SECOND_FACTOR, PATH_INVALID, and what `getOpenShare` throws
 */
export async function pinOffline(user: UserPrincipal, receivedShareId: string, path: TreePath): Promise<void> {
  const share = await getOpenShare(user, receivedShareId);
  const { siteId, provider } = share;
  if (!provider) throw conflict("ALREADY_HERE", "This is on your own cloud already.");
  if (share.requirements.includes(MUST_USE_MFA)) {
    throw conflict(
      "OPENS_WITH_SECOND_FACTOR",
      "This opens with your second factor only, so no copy of it is kept here.",
    );
  }
  const key = requireKey(path);
  await db().$transaction(async (tx) => {
    const nodeId = await lockPins(tx, share);
    const pins = await tx.offlinePin.findMany({ where: { siteId, nodeId } });
    if (pinOver(pins, path)) return;
    const below = pins.filter((pin) => isAtOrBelow(pin.path, key)).map((pin) => pin.path);
    await tx.offlinePin.deleteMany({ where: { siteId, nodeId, path: { in: below } } });
    await tx.offlinePin.create({ data: { siteId, nodeId, path: key } });
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
  const share = await getOpenShare(user, receivedShareId);
  const { siteId } = share;
  const key = requireKey(path);
  await db().$transaction(async (tx) => {
    const place = { siteId, nodeId: await lockPins(tx, share), path: key };
    await dropPin(tx, place);
    // Asked once nothing can be written here any more.
    const edits = await listOfflineEdits(tx, place);
    const isWaiting = edits.length > 0 || (await countSteps(tx, place)) > 0;
    if (isWaiting) throw editsWait(share);
    await touchTopic(tx, siteId, [user.userId], "files");
  });
}

/** Takes a pin away, with what is kept by it. */
export async function dropPin(tx: Tx, { siteId, nodeId, path }: Pick<OfflinePin, "siteId" | "nodeId" | "path">) {
  const { count } = await tx.offlinePin.deleteMany({ where: { siteId, nodeId, path } });
  if (count > 0) await dropOfflineCopies(tx, { siteId, nodeId, path });
}

/**
 * What is pinned, and its copies, go along with what its receiver moves within a share. What was changed here and waits is
 * kept among one's own files where it would be replaced by that, or be in nothing that is pinned any more.
 */
export async function movePins(share: ReceivedShare, from: TreePath, to: TreePath): Promise<void> {
  const { siteId } = share;
  const [fromKey, toKey] = [keyOfPath(from), keyOfPath(to)];
  if (fromKey === null || toKey === null) return;
  await db().$transaction(async (tx) => {
    const nodeId = await lockPins(tx, share);
    // Nothing is written here meanwhile.
    const pins = await tx.$queryRaw<OfflinePin[]>`
      SELECT * FROM "OfflinePin" WHERE "siteId" = ${siteId}::uuid AND "nodeId" = ${nodeId}::uuid FOR UPDATE`;
    const moving = pins.filter(({ path }) => isAtOrBelow(path, fromKey));
    const replaced = pins.filter((pin) => pin.path.startsWith(`${toKey}/`) && !moving.includes(pin));
    for (const pin of replaced) await dropPin(tx, pin);
    await keepAllAmongOwn(tx, share, { nodeId, path: toKey }, "Something else was put in its place.");
    const isCovered = pinOver(except(pins, [...moving, ...replaced]), to) !== null;
    if (moving.length === 0 && !isCovered) {
      await keepAllAmongOwn(tx, share, { nodeId, path: fromKey }, "It was moved to where no copy is kept.");
      await dropOfflineCopies(tx, { siteId, nodeId, path: fromKey });
    }
    await moveOfflineCopies(tx, { siteId, nodeId, from: fromKey, to: toKey });
    for (const { path } of moving) {
      const where = { siteId_nodeId_path: { siteId, nodeId, path } };
      if (isCovered) await tx.offlinePin.delete({ where });
      else await tx.offlinePin.update({ where, data: { path: toKey + path.slice(fromKey.length) } });
    }
  });
}

/** What was done here while its cloud was away is to be done there first. */
export const editsWait = ({ provider }: Pick<ReceivedShare, "provider">) =>
  conflict("EDITS_WAIT", `What you changed here has not been sent to ${provider} yet.`);

const except = (pins: OfflinePin[], others: OfflinePin[]) => pins.filter((pin) => !others.includes(pin));

/** Whoever changes what is pinned of a share does so alone. @throws SHARE_ENDED */
export async function lockPins(tx: Tx, { siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<string> {
  const node = await lockMount(tx, siteId, id);
  if (!node) throw conflict("SHARE_ENDED", "This is no longer among your files.");
  return node.id;
}

function requireKey(path: TreePath): string {
  const key = keyOfPath(path);
  if (key === null) throw invalid("PATH_INVALID", "This lies too deep to be kept here.");
  return key;
}
