import { db, type Tx } from "@/lib/core/db";
import { conflict, hasCode, isAppError, notFound } from "@/lib/core/errors";
import { moveOfflineCopies } from "@/lib/files/offline-copies";
import { renewOfflineEtag } from "@/lib/files/offline-edits";
import { type Entry, findEntry, type Tree, type TreePath } from "@/lib/files/tree";
import { notify } from "@/lib/notices/notices";
import { findThere, moveKnownHere, renewEtagHere, takeHere } from "@/lib/sharing/received/known/known-here";
import { isAtOrBelow, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { besideNames, FOR_GOOD, keepAllAmongOwn, tellKept } from "@/lib/sharing/received/offline/kept-apart";
import { lockPins } from "@/lib/sharing/received/offline/pins";
import { removeAsKnown } from "@/lib/sharing/received/offline/remove-as-known";
import { isReplacement, placeAfter, type Stand } from "@/lib/sharing/received/offline/steps";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import type { OfflineStep, ReceivedShare } from "@/prisma/generated/client";

/** What its cloud does not do for so long, it is not asked for any more. */
const PATIENCE_MS = 86_400_000;

const DONE = { make: "made", move: "moved", remove: "removed" } as const;

/** As it is asked for now; `wasTried`: its cloud may have done it already. */
type Asked = { share: ReceivedShare; tree: Tree; step: OfflineStep; wasTried: boolean; endsAt: number };

/** `isOver`: there is more, but the time is up. `problem`: what is in the way of the rest. */
type Sent = { hasSent: boolean; problem: string | null; isOver: boolean };

/**
 * Has the cloud of a share do what its receiver did to its tree while it was away, one after the other, in that order.
 * What stands in the way of a new folder or of what is moved stays, and that comes beside it under a name that says so.
 * What was changed there since is not removed, and what was put in place of something there is not moved for it. What its
 * cloud does not do is undone here, and its receiver told. Nothing comes after what it does not do for now, up to a day.
 *
 * @throws PEER_*
 */
export async function sendSteps(share: ReceivedShare, nodeId: string, tree: Tree, endsAt: number): Promise<Sent> {
  const { siteId } = share;
  // What has not been asked of its cloud yet can be undone as if it had not been: of one that is still away nothing is.
  if ((await db().offlineStep.count({ where: { siteId, nodeId } })) > 0) await tree.stat([]);
  for (let hasSent = false; ; hasSent = true) {
    if (Date.now() > endsAt) return { hasSent, problem: null, isOver: true };
    const asked = await askForNext({ siteId, nodeId });
    if (!asked) return { hasSent, problem: null, isOver: false };
    try {
      await send({ ...asked, share, tree, endsAt });
    } catch (error) {
      if (!isAppError(error) || isSilence(error)) throw error;
      const isForGood = FOR_GOOD.includes(error.code) || (await isOutOfPatience(asked.step));
      if (!isForGood) return { hasSent, problem: `${nameOf(asked.step.path)}: ${error.message}`, isOver: false };
      await giveUp(share, asked.step, error.message);
    }
  }
}

/** What a cloud did not do before it was away, it has another day for. */
export async function beginPatienceAnew({ siteId, nodeId }: Stand): Promise<void> {
  const where = { siteId, nodeId, refusedAt: { not: null } };
  await db().offlineStep.updateMany({ where, data: { refusedAt: null } });
}

async function isOutOfPatience({ siteId, number, refusedAt }: OfflineStep): Promise<boolean> {
  if (refusedAt) return Date.now() - refusedAt.getTime() > PATIENCE_MS;
  await db().offlineStep.updateMany({ where: { siteId, number }, data: { refusedAt: new Date() } });
  return false;
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
  await settle(share, step);
}

async function sendMove(asked: Asked): Promise<void> {
  const { share, tree, step, wasTried } = asked;
  const { provider } = share;
  const [from, to] = [await spelledThere(tree, step.path), pathOf(step.toPath ?? "")];
  const before = await findEntry(tree, from);
  if (!before || !isAsKnown(step, before)) {
    const moved = wasTried ? await findEntry(tree, to) : null;
    if (moved && isAsKnown(step, moved)) return settleMove(asked, null, moved);
    if (!before) throw notFound("NODE_NOT_FOUND", `This is no longer there on ${provider}.`);
    return giveUp(share, step, `Something else was put in its place on ${provider} in the meantime.`);
  }
  try {
    await settleMove(asked, before, await tree.move(from, to));
  } catch (error) {
    if (!hasCode(error, "NAME_TAKEN")) throw error;
    await putBeside(share, tree, step);
  }
}

type Known = Pick<OfflineStep, "isFile" | "entryId" | "etag">;

/** Whether that is what was moved here: the same thing, though changed since, or one like it. */
const isAsKnown = ({ isFile, entryId, etag }: Known, entry: Entry): boolean =>
  isFile === (entry.kind === "file") && (entryId === "" || entry.id === entryId || entry.etag === etag);

/** Some clouds tell of a thing by another etag or id once it is moved: what was done with it here later was made from that. */
async function settleMove({ share, step }: Asked, before: Entry | null, after: Entry): Promise<void> {
  const { siteId, nodeId, etag: from } = step;
  const to = before?.etag === from ? after.etag : from;
  const entryId = before?.id === step.entryId ? after.id : step.entryId;
  await settle(share, step, async (tx) => {
    let place = step.toPath;
    for (const next of await laterThan(tx, step)) {
      if (place === null) return;
      if (next.path === place) {
        const where = { siteId, number: next.number };
        const data = {
          ...(next.etag === from && { etag: to }),
          ...(next.entryId === step.entryId && { entryId }),
        };
        await tx.offlineStep.updateMany({ where, data });
      }
      place = placeAfter([next], place);
    }
    if (place === null || !step.isFile || before?.etag !== from) return;
    await renewOfflineEtag(tx, { siteId, nodeId, path: place }, { from, to });
    await renewEtagHere(tx, { siteId, nodeId }, pathOf(place), { from, to, entryId: after.id });
  });
}

async function sendRemoval({ share, tree, step, endsAt }: Asked): Promise<void> {
  const [next] = await laterThan(db(), step, 1);
  if (next && isReplacement(next, step)) {
    const source = await findEntry(tree, await spelledThere(tree, next.path));
    if (!source || !isAsKnown(next, source)) {
      return giveUp(share, step, `What was to replace it was changed on ${share.provider} in the meantime.`);
    }
  }
  const path = await spelledThere(tree, step.path);
  const known = { path, etag: step.isFile ? step.etag : null, held: heldOf(step), endsAt };
  if (await removeAsKnown(tree, known)) return settle(share, step);
  const what = step.isFile ? "It" : "Some of it";
  await giveUp(share, step, `${what} was changed on ${share.provider} in the meantime: that stays.`);
}

const heldOf = ({ held }: OfflineStep) => new Map(Object.entries((held ?? {}) as Record<string, string | null>));

/** Ends a step that is done. One that comes beside something is told of now that it stands there. */
async function settle(share: ReceivedShare, step: OfflineStep, also = async (_tx: Tx) => {}): Promise<void> {
  const { wanted } = step;
  await alone(share, async (tx) => {
    if (!(await end(tx, step))) return;
    await also(tx);
    if (wanted === null) return;
    const reason = `There was something else of that name on ${share.provider} by then.`;
    await tellKept(tx, share, { resource: wanted, keptAs: nameOf(placeOf(step)), where: "beside", reason });
  });
}

async function alone(share: ReceivedShare, work: (tx: Tx) => Promise<void>): Promise<void> {
  await db().$transaction(async (tx) => {
    await lockPins(tx, share);
    await work(tx);
  });
}

/** Ends a step as its cloud was asked for it. False: whoever sends at the same time was first, and has done all the rest. */
async function end(tx: Tx, { siteId, number, path, toPath }: OfflineStep): Promise<boolean> {
  return (await tx.offlineStep.deleteMany({ where: { siteId, number, path, toPath } })).count > 0;
}

const laterThan = (tx: Tx, { siteId, nodeId, number }: OfflineStep, take?: number) =>
  tx.offlineStep.findMany({
    where: { siteId, nodeId, number: { gt: number } },
    orderBy: { number: "asc" },
    omit: { held: true },
    take,
  });

const placeOf = ({ path, toPath }: Pick<OfflineStep, "path" | "toPath">) => toPath ?? path;

/** Something else stands there: the next free name is chosen, and written down before it is asked for. */
async function putBeside(share: ReceivedShare, tree: Tree, step: OfflineStep): Promise<void> {
  const place = placeOf(step);
  const wanted = step.wanted ?? nameOf(place);
  // Up to the present one all are taken, as this cloud says when it is asked, whatever it shows there.
  let isTaken = step.wanted !== null;
  for await (const keptAs of besideNames(share, wanted, step.isFile)) {
    const beside = [...pathOf(place).slice(0, -1), keptAs];
    const key = keyOfPath(beside);
    if (key === null) throw conflict("NAME_INVALID", "There is no name for it that is short enough.");
    if (isTaken) isTaken = key !== place;
    else if (!(await findEntry(tree, beside))) return alone(share, (tx) => retarget(tx, step, { key, wanted }));
  }
}

/** Lets a step lead to another place, all later ones go on from there, and what it brought stand there. */
async function retarget(tx: Tx, step: OfflineStep, { key, wanted }: { key: string; wanted: string }): Promise<void> {
  const { siteId, nodeId, number, path, toPath } = step;
  const data = { ...(toPath === null ? { path: key } : { toPath: key }), wanted };
  const { count } = await tx.offlineStep.updateMany({ where: { siteId, number, path, toPath }, data });
  if (count === 0) return;
  const { was, is } = await reroute(tx, step, placeOf(step), key);
  if (was === null || is === null || was === is) return;
  await moveOfflineCopies(tx, { siteId, nodeId, from: was, to: is });
  await moveKnownHere(tx, { siteId, nodeId }, pathOf(was), pathOf(is));
}

/** Lets what was done later at a place and below it be done at another. Where either leads to in the end. */
async function reroute(tx: Tx, step: OfflineStep, from: string, to: string) {
  let was: string | null = from;
  let is: string | null = to;
  const changed: { number: string; path: string; toPath: string | null }[] = [];
  for (const next of await laterThan(tx, step)) {
    if (was === null || is === null || was === is) break;
    const path: string = follow(next.path, was, is);
    const toPath: string | null = next.toPath && follow(next.toPath, was, is);
    if (path !== next.path || toPath !== next.toPath) changed.push({ number: `${next.number}`, path, toPath });
    [was, is] = [placeAfter([next], was), placeAfter([{ ...next, path, toPath }], is)];
  }
  if (changed.length > 0) {
    await tx.$executeRaw`
      UPDATE "OfflineStep" step SET path = changed.path, "toPath" = changed."toPath"
        FROM jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) AS changed(number bigint, path text, "toPath" text)
       WHERE step."siteId" = ${step.siteId}::uuid AND step.number = changed.number`;
  }
  return { was, is };
}

const follow = (place: string, was: string, is: string) =>
  isAtOrBelow(place, was) ? is + place.slice(was.length) : place;

/** Its cloud does not do it: things stand here again as they do there, and its receiver is told. */
async function giveUp(share: ReceivedShare, step: OfflineStep, reason: string): Promise<void> {
  const { siteId, verb } = step;
  await alone(share, async (tx) => {
    if (!(await end(tx, step))) return;
    if (verb === "make") await unmake(tx, share, step, reason);
    if (verb === "move") await unmove(tx, step);
    const { receiverId, senderName: name, provider } = share;
    const resource = (verb === "make" && step.wanted) || nameOf(step.path);
    const about = { name, provider, resource, what: DONE[verb], reason };
    await notify(tx, siteId, receiverId, "change-not-made", about, ["files"]);
  });
}

async function unmake(tx: Tx, share: ReceivedShare, step: OfflineStep, reason: string): Promise<void> {
  const { siteId, nodeId } = step;
  const place = placeAfter(await laterThan(tx, step), step.path);
  if (place === null) return;
  await keepAllAmongOwn(tx, share, { nodeId, path: place }, reason);
  await takeHere(tx, { siteId, nodeId }, pathOf(place));
}

/** What was done later with what is not moved is done where that still stands. */
async function unmove(tx: Tx, step: OfflineStep): Promise<void> {
  const { siteId, nodeId } = step;
  const { was, is } = await reroute(tx, step, placeOf(step), step.path);
  if (was === null || was === is) return;
  await putBack(tx, { siteId, nodeId }, was, is);
  // What is put back is not there any more; of what cannot be, its cloud is asked anew.
  await takeHere(tx, { siteId, nodeId }, pathOf(was));
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

/** The path of a place as its cloud spells it: here all places are in one normal form. */
async function spelledThere(tree: Tree, key: string): Promise<TreePath> {
  const [path, other] = [pathOf(key), pathOf(key.normalize("NFD"))];
  if (key === key.normalize("NFD")) return path;
  for (const spelled of [path, other, [...path.slice(0, -1), ...other.slice(-1)]]) {
    if (await findEntry(tree, spelled)) return spelled;
  }
  return path;
}

const pathOf = (key: string): TreePath => key.split("/").slice(1);
const nameOf = (key: string) => key.slice(key.lastIndexOf("/") + 1);
