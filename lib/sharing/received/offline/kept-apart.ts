import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { markedName } from "@/lib/files/names";
import { moveEditsToOwn } from "@/lib/files/offline-edits";
import { notify } from "@/lib/notices/notices";
import type { OfflinePin, ReceivedShare } from "@/prisma/generated/client";

/** Names that are tried for what comes beside. */
const MOST_NAMES = 20;
/** Trying again does not help: what was changed here is kept among its receiver's own files instead. */
export const FOR_GOOD = [
  "READ_ONLY",
  "NODE_NOT_FOUND",
  "NOT_A_FOLDER",
  "NAME_INVALID",
  "FILE_TOO_LARGE",
  "INTO_ITSELF",
  "PEER_FORBIDS",
  "NO_NAME_FREE",
];

/**
 * The names to try, one after the other, for what comes beside something that was changed on both sides.
 *
 * @throws NO_NAME_FREE after the last
 */
export async function* besideNames(share: ReceivedShare, name: string, isFile: boolean): AsyncGenerator<string> {
  const { displayName } = await db().user.findUniqueOrThrow({
    where: { siteId_id: { siteId: share.siteId, id: share.receiverId } },
    select: { displayName: true },
  });
  const mark = `conflict of ${displayName.replace(/[/\\]/g, "_")}, ${new Date().toISOString().slice(0, 10)}`;
  for (let number = 1; number <= MOST_NAMES; number++) {
    yield markedName(name, number === 1 ? mark : `${mark}, ${number}`, isFile);
  }
  throw conflict("NO_NAME_FREE", "No name was free for it.");
}

/** Keeps all that was changed here at a place and below it among its receiver's own files, who is told why. */
export async function keepAllAmongOwn(
  tx: Tx,
  share: ReceivedShare,
  { nodeId, path }: Pick<OfflinePin, "nodeId" | "path">,
  reason: string,
): Promise<void> {
  const moved = await moveEditsToOwn(tx, { siteId: share.siteId, nodeId, path });
  for (const [name, keptAs] of moved) await tellKept(tx, share, { resource: name, keptAs, where: "own", reason });
}

/** What was kept apart, under which name, beside it or among one's own files, and why. */
type Kept = { resource: string; keptAs: string; where: "beside" | "own"; reason: string };

/** Tells its receiver that what was changed here is kept apart. */
export async function tellKept(
  tx: Tx,
  { siteId, id, receiverId, senderName: name, provider }: ReceivedShare,
  kept: Kept,
): Promise<void> {
  logger("sharing").info({ siteId, receivedShareId: id, where: kept.where }, "change made here kept apart");
  await notify(tx, siteId, receiverId, "edit-kept-apart", { ...kept, name, provider }, ["files"]);
}
