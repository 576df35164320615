import { pool, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { isAtOrBelow } from "@/lib/sharing/received/known/known-rows";
import type { OfflineStep, Prisma, ReceivedShare } from "@/prisma/generated/client";

/** One thing that was done to the tree of a share: `path` and `toPath` are places as they were when it was done. */
export type Step = Pick<OfflineStep, "verb" | "path" | "toPath">;
/** Where a received share stands. */
export type Stand = { siteId: string; nodeId: string };

/** Of one share, until its cloud has done them. */
const MOST = 10_000;

const parentOf = (key: string) => key.slice(0, key.lastIndexOf("/"));
const placesOf = ({ path, toPath }: Step) => (toPath === null ? [path] : [path, toPath]);

/** What was done to the tree of a share and its cloud has not done yet, in order. */
export async function findSteps({ siteId, id }: Pick<ReceivedShare, "siteId" | "id">): Promise<Step[]> {
  const text = `SELECT "verb", "path", "toPath" FROM "OfflineStep" WHERE "siteId" = $1
    AND "nodeId" = (SELECT id FROM "FileNode" WHERE "siteId" = $1 AND "mountId" = $2 LIMIT 1) ORDER BY "number"`;
  return (await pool().query<Step>({ name: "offline-steps", text, values: [siteId, id] })).rows;
}

/** Whether what stands at a place is there by these steps, or is not there by them: its cloud may have something else. */
export const isPlaced = (steps: Step[], key: string): boolean =>
  steps.some((step) => placesOf(step).some((place) => isAtOrBelow(key, place)));

/** Whether what is done at a place has to wait until these steps are done: one of them is there, above, or below. */
export const isEntangled = (steps: Step[], key: string | null): boolean =>
  key !== null &&
  steps.some((step) => placesOf(step).some((place) => isAtOrBelow(key, place) || isAtOrBelow(place, key)));

/** Whether a folder at a place lists something else than its cloud does, by these steps. */
export const isRearranged = (steps: Step[], key: string): boolean =>
  isPlaced(steps, key) || steps.some((step) => placesOf(step).some((place) => parentOf(place) === key));

/** Where something is after these steps; null: it was removed. */
export function placeAfter(steps: Step[], key: string): string | null {
  let place = key;
  for (const { path, toPath, verb } of steps) {
    if (verb === "make" || !isAtOrBelow(place, path)) continue;
    if (toPath === null) return null;
    place = toPath + place.slice(path.length);
  }
  return place;
}

/** Where that stands by now which was made or moved: it waits to be so on its cloud. */
export function placesMade(steps: Step[]): Set<string> {
  const made = steps.flatMap((step, index) => {
    if (step.verb === "remove") return [];
    return placeAfter(steps.slice(index + 1), step.toPath ?? step.path) ?? [];
  });
  return new Set(made);
}

type NewStep = Step & { isFile?: boolean; entryId?: string; etag?: string; held?: Prisma.InputJsonValue };

/**
 * Puts a step after all others of a share. One that undoes or goes on with the last of them, of which its cloud has not
 * heard, becomes one with that. Whoever calls this holds the pins.
 *
 * @throws TOO_MUCH
 */
export async function addStep(tx: Tx, { siteId, nodeId }: Stand, step: NewStep): Promise<void> {
  const where = { siteId, nodeId };
  const [last, before] = await tx.offlineStep.findMany({ where, orderBy: { number: "desc" }, take: 2 });
  if (last && (await goOnWith(tx, last, step, isReplacement(last, before)))) return;
  if ((await tx.offlineStep.count({ where })) >= MOST) {
    throw conflict("TOO_MUCH", "So many changes cannot wait to be sent.");
  }
  await tx.offlineStep.create({ data: { siteId, nodeId, ...step } });
}

/** Whether a step puts something where the one before it removes what was there. */
export const isReplacement = (step: Step, before: Step | undefined): boolean =>
  step.verb === "move" && before?.verb === "remove" && before.path === step.toPath;

async function goOnWith(
  tx: Tx,
  last: OfflineStep,
  { verb, path, toPath }: NewStep,
  isReplacing: boolean,
): Promise<boolean> {
  // That its cloud has not heard of it is judged with the change: it may be on its way this very moment.
  const where = { siteId: last.siteId, number: last.number, triedAt: null };
  if (last.verb === "remove" || (last.toPath ?? last.path) !== path) return false;
  const isUndone = last.verb === "make" ? verb === "remove" : toPath === last.path;
  if (isUndone) return (await tx.offlineStep.deleteMany({ where })).count > 0;
  // What is replaced is removed there only if what takes its place is there.
  if (verb !== "move" || isReplacing) return false;
  const data = last.verb === "make" ? { path: toPath ?? path } : { toPath };
  return (await tx.offlineStep.updateMany({ where, data })).count > 0;
}

/** How many steps begin or end at a place or below it. */
export async function countSteps(tx: Tx, place: Stand & { path: string }): Promise<number> {
  return (await stepsIn(tx, place)).length;
}

/** Forgets the steps that begin or end at a place or below it. */
export async function dropSteps(tx: Tx, place: Stand & { path: string }): Promise<void> {
  const numbers = (await stepsIn(tx, place)).map(({ number }) => number);
  await tx.offlineStep.deleteMany({ where: { siteId: place.siteId, number: { in: numbers } } });
}

async function stepsIn(tx: Tx, { siteId, nodeId, path }: Stand & { path: string }) {
  const select = { number: true, verb: true, path: true, toPath: true } satisfies Prisma.OfflineStepSelect;
  const steps = await tx.offlineStep.findMany({ where: { siteId, nodeId }, select });
  return steps.filter((step) => placesOf(step).some((place) => isAtOrBelow(place, path)));
}
