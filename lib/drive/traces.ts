import { logger } from "@/lib/core/logger";
import { endLocksAt, lockPath } from "@/lib/files/locks";
import { findMount } from "@/lib/files/mounts";
import { carryProperties, forgetProperties, type PropertyPlace } from "@/lib/files/properties";
import type { TreePath } from "@/lib/files/tree";

type Owner = { siteId: string; userId: string };

/** Where in a received share a path leads, as properties on it are kept; null among one's own, whose nodes hold them. */
export async function findPlace(user: Owner, path: TreePath): Promise<PropertyPlace | null> {
  const mount = await findMount(user, path);
  return mount && mount.rest.length > 0 ? { nodeId: mount.nodeId, path: lockPath(mount.rest) } : null;
}

/** Clears away what programs left on something that is gone: their locks, and their properties on what was received. */
export async function forgetTraces(user: Owner, path: TreePath): Promise<void> {
  await endLocksAt(user, path);
  const place = await findPlace(user, path);
  if (place) await forgetProperties(user, place);
}

type Transfer = {
  isMove: boolean;
  depth?: "0" | "infinity";
  /** Known to be among own nodes, here and there: those hold their properties themselves. */
  isOwn?: boolean;
};

/**
 * The same when something went from one place to another: locks stay behind and end, properties within a share go along.
 * It has gone by then, so that a failure is logged, and no answer to whoever moved it.
 */
export async function moveTraces(user: Owner, from: TreePath, to: TreePath, transfer: Transfer): Promise<void> {
  await move(user, from, to, transfer).catch((error) =>
    logger("files").warn({ error, siteId: user.siteId }, "locks and properties not moved"),
  );
}

async function move(user: Owner, from: TreePath, to: TreePath, { isMove, depth, isOwn }: Transfer): Promise<void> {
  if (lockPath(from) === lockPath(to)) return;
  await Promise.all([isMove && endLocksAt(user, from), endLocksAt(user, to, { onlyBelow: true })]);
  if (isOwn) return;
  const [source, target] = await Promise.all([findPlace(user, from), findPlace(user, to)]);
  if (target) await forgetProperties(user, target);
  if (source && source.nodeId === target?.nodeId) await carryProperties(user, source, target.path, { depth, isMove });
  if (source && isMove) await forgetProperties(user, source);
}
