import { db } from "@/lib/core/db";
import { conflict, hasCode, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { dropOfflineCopies, keepOfflineCopy, offlineStates } from "@/lib/files/offline-copies";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { findKnownPage, keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { readOnce } from "@/lib/sharing/received/known/refresh";
import { MAY_BE_READ_UNATTENDED } from "@/lib/sharing/received/known/unattended";
import { watchShare } from "@/lib/sharing/received/known/watch-share";
import { keepAllAmongOwn } from "@/lib/sharing/received/offline/kept-apart";
import { type CopiesJob, dropPin, isPinned, lockPins, wantCopies } from "@/lib/sharing/received/offline/pins";
import { sendEdits } from "@/lib/sharing/received/offline/send-edits";
import { beginPatienceAnew, sendSteps } from "@/lib/sharing/received/offline/send-steps";
import { countSteps, dropSteps } from "@/lib/sharing/received/offline/steps";
import { openRemote } from "@/lib/sharing/received/open-remote";
import { ifMatchOf } from "@/lib/sharing/received/remote/entries";
import { isSilence } from "@/lib/sharing/received/remote/failures";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { type OfflinePin, Prisma, type ReceivedShare } from "@/prisma/generated/client";

/** Files of one pin. */
const MOST = 50_000;
const MAX_DEPTH = 100;
const PAGE = 1_000;
/** After so long others have their turn, and what is missing comes with the next. */
const RUN_MS = 300_000;
/** Not every cloud changes the etag of a folder with whatever is below it. */
const TRUSTED_MS = 3_600_000;
/** A cloud that is busy for more files of one pin is busy. */
const MOST_BUSY = 3;
/** As long as for a share. */
const GONE_MS = 86_400_000;
/** What is in the way of one file, and of all others as well. */
const FOR_ALL = [
  "NOT_PINNED",
  "QUOTA_EXCEEDED",
  "SHARE_ENDED",
  "PROVIDER_NOT_TRUSTED",
  "PEER_SHARE_GONE",
  "PEER_REFUSED",
];

/** The job every five minutes: has those clouds asked of whose shares copies are kept. */
export async function wakeCopies(): Promise<void> {
  const clouds = await db().$queryRaw<CopiesJob[]>`
    SELECT DISTINCT share."siteId"::text, share.provider ${PINNED} WHERE ${MAY_BE_READ_UNATTENDED}`;
  for (const cloud of clouds) await wantCopies(db(), cloud);
}

const PINNED = Prisma.sql`FROM "OfflinePin" pin
  JOIN "FileNode" node ON node."siteId" = pin."siteId" AND node.id = pin."nodeId"
  JOIN "ReceivedShare" share ON share."siteId" = node."siteId" AND share.id = node."mountId"`;

/**
 * The job after that: brings what is kept of one cloud up to date, one file after the other, so that a cloud is not asked
 * for more at a time by however many of its receivers. What opens with a second factor only is not read for nobody. A
 * cloud that is away is left alone until the next time.
 */
export async function tendCopies({ siteId, provider }: CopiesJob): Promise<void> {
  const shares = await db().$queryRaw<ReceivedShare[]>`
    SELECT * FROM "ReceivedShare" share
     WHERE share."siteId" = ${siteId}::uuid AND share.provider = ${provider} AND ${MAY_BE_READ_UNATTENDED}
       AND EXISTS (SELECT ${PINNED_OF})
     ORDER BY share.id`;
  for (const share of shares) {
    const where = { siteId, node: { mountId: share.id } };
    for (const pin of await db().offlinePin.findMany({ where, orderBy: { path: "asc" } })) {
      if (!(await tendSafely(share, pin))) return;
    }
  }
}

const PINNED_OF = Prisma.sql`1 FROM "OfflinePin" pin JOIN "FileNode" node
  ON node."siteId" = pin."siteId" AND node.id = pin."nodeId"
  WHERE node."siteId" = share."siteId" AND node."mountId" = share.id`;

/** False if its cloud is away. What is in the way of one pin is written on it. */
async function tendSafely(share: ReceivedShare, pin: OfflinePin): Promise<boolean> {
  const { siteId } = share;
  try {
    await requireAllowedProvider(siteId, share.provider);
    await tend(share, pin);
    await watchShare(share);
    return true;
  } catch (error) {
    if (!isAppError(error)) throw error;
    await note(share, pin, { failure: error.message, lookedAt: new Date() });
    if (isSilence(error)) await beginPatienceAnew(pin);
    return !isSilence(error);
  }
}

async function tend(share: ReceivedShare, pin: OfflinePin): Promise<void> {
  const { nodeId } = pin;
  const path = pin.path.split("/").slice(1);
  const { tree, bareTree } = await openRemote(share);
  const endsAt = Date.now() + RUN_MS;
  const steps = await sendSteps(share, nodeId, bareTree, endsAt);
  if (steps.isOver) return wantCopies(db(), share);
  const edits = await sendEdits(share, pin, tree);
  // What stands here is not yet what stands there: nothing of it can be compared.
  if (steps.problem !== null) return note(share, pin, { failure: steps.problem, lookedAt: new Date() });
  const hasSent = steps.hasSent || edits.hasSent;
  const { problem } = edits;
  const top = await unlessGone(tree.stat(path));
  if (!top) return heedGone(share, pin);
  const lookedAt = new Date();
  const isTrusted = pin.failure === null && pin.wholeAt && Date.now() - pin.wholeAt.getTime() < TRUSTED_MS;
  if (top.etag === pin.etag && isTrusted && !hasSent) {
    return note(share, pin, { failure: problem, lookedAt, goneSince: null });
  }
  const run: Run = { share, pin, tree, problem, seen: new Set(), busy: 0, isPartial: false, endsAt };
  if (top.kind === "file") await keepFiles(run, [{ path, entry: top }]);
  else await keepFolder(run, path, MAX_DEPTH);
  if (isOver(run)) return wantCopies(db(), share);
  if (!run.isPartial) await dropUnseen(run);
  const whole = run.problem === null ? { etag: top.etag, wholeAt: lookedAt } : {};
  await note(share, pin, { ...whole, lookedAt, failure: run.problem, goneSince: null });
}

/** What was moved here meanwhile was seen where it is not any more. */
async function dropUnseen({ share, pin: { siteId, nodeId, path }, seen }: Run): Promise<void> {
  await db().$transaction(async (tx) => {
    await lockPins(tx, share);
    if ((await countSteps(tx, { siteId, nodeId, path })) > 0) return;
    await dropOfflineCopies(tx, { siteId, nodeId, path }, { but: [...seen] });
  });
}

/**
 * Its cloud says that it is not there. That alone is trouble, and what is here stays: a cloud may be restored from a
 * backup, say. Once it has said nothing else for a day, its owner has taken it away.
 */
async function heedGone(share: ReceivedShare, pin: OfflinePin): Promise<void> {
  const lookedAt = new Date();
  const goneSince = pin.goneSince ?? lookedAt;
  if (lookedAt.getTime() - goneSince.getTime() >= GONE_MS) return letGo(share, pin);
  const failure = `${share.provider} says that this is not there any more. If that is still so in a day, the copy goes too.`;
  await note(share, pin, { failure, lookedAt, goneSince });
}

/** Once the pin is gone nothing more is written here. */
async function letGo(share: ReceivedShare, pin: OfflinePin): Promise<void> {
  await db().$transaction(async (tx) => {
    await lockPins(tx, share);
    await dropPin(tx, pin);
    await dropSteps(tx, pin);
    await keepAllAmongOwn(tx, share, pin, `This is no longer there on ${share.provider}.`);
    const { siteId, receiverId, senderName: name, provider } = share;
    const resource = pin.path === "" ? share.name : pin.path.slice(pin.path.lastIndexOf("/") + 1);
    await notify(tx, siteId, receiverId, "copy-let-go", { name, provider, resource }, ["files"]);
  });
}

type Run = {
  share: ReceivedShare;
  pin: OfflinePin;
  tree: Tree;
  /** What was in the way of some of it; the rest comes all the same. */
  problem: string | null;
  seen: Set<string>;
  /** Files for which its cloud was busy. */
  busy: number;
  /** Not all folders could be read: of what was not seen nobody can say that it is gone. */
  isPartial: boolean;
  endsAt: number;
};

const isOver = ({ endsAt }: Run) => Date.now() > endsAt;

/** Null: there is no such thing, or it is none of its kind any more. */
async function unlessGone<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "NOT_A_FOLDER")) return null;
    throw error;
  });
}

async function keepFolder(run: Run, path: TreePath, depth: number): Promise<void> {
  if (depth === 0) throw conflict("TOO_DEEP", "This holds folders in folders deeper than can be kept.");
  if (keyOfPath(path) === null || isOver(run)) return;
  if (!(await unlessGone(readOnce(run.share, path)))) {
    run.problem = `${run.share.provider} lists a folder and says that it is not there.`;
    run.isPartial = true;
    return;
  }
  const folders: TreePath[] = [];
  let after: string | undefined;
  do {
    const page = await findKnownPage(run.share, path, { after, limit: PAGE });
    if (!page) throw conflict("SHARE_ENDED", `${run.share.senderName} no longer shares this.`);
    const items = page.items.map((entry) => ({ path: [...path, entry.name], entry }));
    folders.push(...items.filter(({ entry }) => entry.kind === "folder").map((item) => item.path));
    const files = items.filter(({ entry }) => entry.kind === "file");
    await keepFiles(run, files);
    after = page.next ?? undefined;
  } while (after);
  for (const folder of folders) await keepFolder(run, folder, depth - 1);
}

type Item = { path: TreePath; entry: Entry };

/** The ones that are not here yet, or not as their cloud has them now. */
async function keepFiles(run: Run, items: Item[]): Promise<void> {
  const { share, pin, seen } = run;
  const keyed = items.flatMap(({ path, entry }) => {
    const key = keyOfPath(path);
    return key === null ? [] : [{ key, path, entry }];
  });
  const keys = keyed.map(({ key }) => key);
  const kept = await offlineStates({ siteId: share.siteId, userId: share.receiverId }, pin.nodeId, keys);
  for (const { key, path, entry } of keyed) {
    if (isOver(run)) return;
    if (seen.size >= MOST) throw conflict("TOO_MUCH", `These are more than ${MOST.toLocaleString("en")} files.`);
    const copy = kept.get(key);
    const isSame = copy?.isWaiting || copy?.etag === entry.etag;
    if (!isSame) await fetchSafely(run, key, { path, entry });
    seen.add(key);
  }
}

/** What is wrong with one file is no reason to go without the others: what is here of it stays. */
async function fetchSafely(run: Run, key: string, item: Item): Promise<void> {
  try {
    await fetchOne(run, key, item);
  } catch (error) {
    // Some clouds say of a file that is damaged there that they are busy.
    const isOne = hasCode(error, "PEER_BUSY") ? ++run.busy <= MOST_BUSY : !isSilence(error);
    if (!isAppError(error) || !isOne || FOR_ALL.includes(error.code)) throw error;
    run.problem = `${item.entry.name}: ${error.message}`;
  }
}

async function fetchOne({ share, pin, tree }: Run, key: string, { path, entry: listed }: Item): Promise<void> {
  const { entry, body } = await tree.read(path);
  try {
    // Where its cloud names none with the bytes, that of the listing is the one to compare by.
    const etag = ifMatchOf(entry.etag) === null ? listed.etag : entry.etag;
    const owner = { siteId: share.siteId, userId: share.receiverId };
    const arrival = { entry: { ...entry, etag }, body, wanted: isPinned(pin) };
    const isKept = await keepOfflineCopy(owner, { nodeId: pin.nodeId, path: key }, arrival);
    if (!isKept) throw conflict("NOT_PINNED", "No copy of this is wanted any more.");
  } finally {
    body.destroy();
  }
}

async function note(
  { siteId, receiverId }: ReceivedShare,
  { nodeId, path, failure, wholeAt }: OfflinePin,
  data: Partial<OfflinePin> & { failure: string | null },
): Promise<void> {
  const isNews = data.failure !== failure || (data.wholeAt !== undefined && data.wholeAt !== wholeAt);
  if (data.failure) logger("sharing").info({ siteId, nodeId, failure: data.failure }, "offline copy not up to date");
  await db().$transaction(async (tx) => {
    await tx.offlinePin.updateMany({ where: { siteId, nodeId, path }, data });
    if (isNews) await touchTopic(tx, siteId, [receiverId], "files");
  });
}
