import { db, type Tx } from "@/lib/core/db";
import { conflict, hasCode, isAppError } from "@/lib/core/errors";
import { moveOfflineCopies } from "@/lib/files/offline-copies";
import { renewOfflineEtag } from "@/lib/files/offline-edits";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { notify } from "@/lib/notices/notices";
import { findThere, moveKnownHere, renewEtagHere, takeHere } from "@/lib/sharing/received/known/known-here";
import { isAtOrBelow, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { besideNames, FOR_GOOD, keepAllAmongOwn, tellKept } from "@/lib/sharing/received/offline/kept-apart";
import { lockPins } from "@/lib/sharing/received/offline/pins";
import { removeAsKnown } from "@/lib/sharing/received/offline/remove-as-known";
import { placeAfter, type Stand } from "@/lib/sharing/received/offline/steps";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import type { OfflineStep, ReceivedShare } from "@/prisma/generated/client";

/** What its cloud does not do for so long, it is not asked for any more. */
const PATIENCE_MS = 86_400_000;

const DONE = { make: "made", move: "moved", remove: "removed" } as const;

/** As it is asked for now; `wasTried`: its cloud may have done it already. */
type Asked = { share: ReceivedShare; tree: Tree; step: OfflineStep; wasTried: boolean };

/**
 * Has the cloud of a share do what its receiver did to its tree while it was away, one after the other, in that order.
 * What stands in the way of a new folder or of what is moved stays, and that comes beside it under a name that says so.
 * What was changed there since is not removed. What its cloud does not do is undone here, and its receiver told. Nothing
 * comes after what it does not do for now, up to a day: that is the problem that is returned.
 *
 * @throws PEER_*
 */
export async function sendSteps(
  share: ReceivedShare,
  nodeId: string,
  tree: Tree,
): Promise<{ hasSent: boolean; problem: string | null }> {
  const { siteId } = share;
  // What has not been asked of its cloud yet can be undone as if it had not been: of one that is still away nothing is.
  if ((await db().offlineStep.count({ where: { siteId, nodeId } })) > 0) await tree.stat([]);
  for (let hasSent = false; ; hasSent = true) {
    const asked = await askForNext({ siteId, nodeId });
    if (!asked) return { hasSent, problem: null };
    try {
      await send({ ...asked, share, tree });
    } catch (error) {
      if (!isAppError(error) || isSilence(error)) throw error;
      const since = asked.step.triedAt?.getTime() ?? Date.now();
      const isForGood = FOR_GOOD.includes(error.code) || Date.now() - since > PATIENCE_MS;
      if (!isForGood) return { hasSent, problem: `${nameOf(asked.step.path)}: ${error.message}` };
      await giveUp(share, asked.step, error.message);
    }
  }
}

/** What is asked for is written down before: whoever is killed may have had it done. */
async function askForNext({ siteId, nodeId }: Stand): Promise<Pick<Asked, "step" | "wasTried"> | null> {
  const next = await db().offlineStep.findFirst({ where: { siteId, nodeId }, orderBy: { number: "asc" } });
  if (!next) return null;
  const [step] = await db().offlineStep.updateManyAndReturn({
    where: { siteId, number: next.number },
    data: { triedAt: next.triedAt ?? new Date() },
  });
  // It was undone at this very moment.
  return step ? { step, wasTried: next.triedAt !== null } : askForNext({ siteId, nodeId });
}

async function send(asked: Asked): Promise<void> {
  if (asked.step.verb === "make") return sendFolder(asked);
  if (asked.step.verb === "move") return sendMove(asked);
  return sendRemoval(asked);
}

/** A folder that is there already is the same folder. */
async function sendFolder({ share, tree, step }: Asked): Promise<void> {
  const path = pathOf(step.path);
  try {
    await tree.makeFolder(path);
  } catch (error) {
    if (!hasCode(error, "NAME_TAKEN")) throw error;
    if ((await tree.stat(path)).kind !== "folder") return putBeside(share, tree, step);
  }
  await done(db(), step);
}

async function sendMove(asked: Asked): Promise<void> {
  const { share, tree, step, wasTried } = asked;
  const [from, to] = [pathOf(step.path), pathOf(step.toPath ?? "")];
  const before = await unlessAbsent(tree.stat(from));
  if (!before && wasTried) {
    const moved = await unlessAbsent(tree.stat(to));
    if (moved) return settleMove(asked, null, moved);
  }
  try {
    await settleMove(asked, before, await tree.move(from, to));
  } catch (error) {
    if (!hasCode(error, "NAME_TAKEN")) throw error;
    await putBeside(share, tree, step);
  }
}

async function unlessAbsent(work: Promise<Entry>): Promise<Entry | null> {
  return work.catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });
}

/** Some clouds tell of a file by another etag once it is moved: what was done with it here later was made from that. */
async function settleMove({ step }: Asked, before: Entry | null, { etag: to, id: entryId }: Entry): Promise<void> {
  const { siteId, nodeId, etag: from } = step;
  const isUnchanged = step.isFile && before?.etag === from;
  await db().$transaction(async (tx) => {
    await done(tx, step);
    let place = isUnchanged ? step.toPath : null;
    for (const next of place === null ? [] : await laterThan(tx, step)) {
      if (place === null) return;
      if (next.path === place && next.etag === from) {
        await tx.offlineStep.updateMany({ where: { siteId, number: next.number }, data: { etag: to } });
      }
      place = placeAfter([next], place);
    }
    if (place === null) return;
    await renewOfflineEtag(tx, { siteId, nodeId, path: place }, { from, to });
    await renewEtagHere(tx, { siteId, nodeId }, pathOf(place), { from, to, entryId });
  });
}

async function sendRemoval({ share, tree, step }: Asked): Promise<void> {
  const known = { path: pathOf(step.path), etag: step.isFile ? step.etag : null, held: heldOf(step) };
  const isWhole = await removeAsKnown(tree, known);
  if (isWhole) return done(db(), step);
  const what = step.isFile ? "It" : "Some of it";
  await giveUp(share, step, `${what} was changed on ${share.provider} in the meantime: that stays.`);
}

const heldOf = ({ held }: OfflineStep) => new Map(Object.entries((held ?? {}) as Record<string, string | null>));

const done = async (tx: Tx, { siteId, number }: OfflineStep) =>
  void (await tx.offlineStep.deleteMany({ where: { siteId, number } }));

const laterThan = (tx: Tx, { siteId, nodeId, number }: OfflineStep): Promise<OfflineStep[]> =>
  tx.offlineStep.findMany({ where: { siteId, nodeId, number: { gt: number } }, orderBy: { number: "asc" } });

/** Something else stands there: a free name is chosen, and written down before it is asked for. */
async function putBeside(share: ReceivedShare, tree: Tree, step: OfflineStep): Promise<void> {
  const wanted = pathOf(step.toPath ?? step.path);
  const name = wanted.at(-1) ?? "";
  for await (const keptAs of besideNames(share, name, step.isFile)) {
    const beside = [...wanted.slice(0, -1), keptAs];
    if (await unlessAbsent(tree.stat(beside))) continue;
    const key = keyOfPath(beside);
    if (key === null) throw conflict("NAME_INVALID", "There is no name for it that is short enough.");
    await db().$transaction(async (tx) => {
      await lockPins(tx, share);
      await retarget(tx, step, key);
      const reason = `There was something else of that name on ${share.provider} by then.`;
      await tellKept(tx, share, { resource: name, keptAs, where: "beside", reason });
    });
    return;
  }
}

/** Lets a step lead to another place, all later ones go on from there, and what it brought stand there. */
async function retarget(tx: Tx, step: OfflineStep, key: string): Promise<void> {
  const { siteId, nodeId, number } = step;
  let was: string | null = step.toPath ?? step.path;
  let is: string | null = key;
  const data = step.toPath === null ? { path: key } : { toPath: key };
  await tx.offlineStep.updateMany({ where: { siteId, number }, data: { ...data, triedAt: null } });
  for (const next of await laterThan(tx, step)) {
    if (was === null || is === null || was === is) return;
    const moved: Pick<OfflineStep, "path" | "toPath"> = {
      path: follow(next.path, was, is),
      toPath: next.toPath && follow(next.toPath, was, is),
    };
    await tx.offlineStep.updateMany({ where: { siteId, number: next.number }, data: moved });
    [was, is] = [placeAfter([next], was), placeAfter([{ ...next, ...moved }], is)];
  }
  if (was === null || is === null || was === is) return;
  await moveOfflineCopies(tx, { siteId, nodeId, from: was, to: is });
  await moveKnownHere(tx, { siteId, nodeId }, pathOf(was), pathOf(is));
}

const follow = (place: string, was: string, is: string) =>
  isAtOrBelow(place, was) ? is + place.slice(was.length) : place;

/** Its cloud does not do it: things stand here again as they do there, and its receiver is told. */
async function giveUp(share: ReceivedShare, step: OfflineStep, reason: string): Promise<void> {
  const { siteId, nodeId, verb } = step;
  await db().$transaction(async (tx) => {
    await lockPins(tx, share);
    const later = await laterThan(tx, step);
    await done(tx, step);
    const place = placeAfter(later, step.toPath ?? step.path);
    if (place !== null && verb === "make") await keepAllAmongOwn(tx, share, { nodeId, path: place }, reason);
    if (place !== null && verb === "move") await putBack(tx, { siteId, nodeId }, place, placeAfter(later, step.path));
    // What is put back is not there any more; of what cannot be, its cloud is asked anew.
    if (place !== null && verb !== "remove") await takeHere(tx, { siteId, nodeId }, pathOf(place));
    const { receiverId, senderName: name, provider } = share;
    const about = { name, provider, resource: nameOf(step.path), what: DONE[verb], reason };
    await notify(tx, siteId, receiverId, "change-not-made", about, ["files"]);
  });
}

/** Where nothing new stands there; what was changed in it here goes along. */
async function putBack(tx: Tx, stand: Stand, from: string, to: string | null): Promise<void> {
  if (to === null) return;
  const { siteId, nodeId } = stand;
  const copies = await tx.offlineCopy.count({
    where: { siteId, nodeId, OR: [{ path: to }, { path: { startsWith: `${to}/` } }] },
  });
  if (copies > 0 || (await findThere(tx, stand, pathOf(to)))) return;
  await moveOfflineCopies(tx, { ...stand, from, to });
  await moveKnownHere(tx, stand, pathOf(from), pathOf(to));
}

const pathOf = (key: string): TreePath => key.split("/").slice(1);
const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);
