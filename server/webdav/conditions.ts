import type { IncomingHttpHeaders } from "node:http";
import { AppError, hasCode, notFound } from "@/lib/core/errors";
import { coversPath, type Lock, listLocks, lockPath, locksInTheWay, type Touched } from "@/lib/files/locks";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { isWildcard, judgeConditions } from "@/lib/protocol/dav/conditions";
import { type IfCondition, type IfList, parseIfHeader } from "@/lib/protocol/dav/if-header";
import { idOfToken } from "@/lib/protocol/dav/lock-request";
import { parseDavPath, pathOfTarget } from "@/lib/protocol/dav/path";
import { type DavExchange, type DavMount, hrefOfLock } from "./exchange";
import { LockedError } from "./reply";

/** What stands at a path, or null. */
export async function findEntry(tree: Pick<Tree, "stat">, path: TreePath): Promise<Entry | null> {
  try {
    return await tree.stat(path);
  } catch (error) {
    // Below a file there is nothing, which is what a client means to ask.
    if (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "NOT_A_FOLDER")) return null;
    throw error;
  }
}

/** What stands at a path. @throws NODE_NOT_FOUND */
export async function getEntry(tree: Pick<Tree, "stat">, path: TreePath): Promise<Entry> {
  const entry = await findEntry(tree, path);
  if (!entry) throw nothingHere();
  return entry;
}

export function nothingHere(): AppError {
  return notFound("NODE_NOT_FOUND", "There is nothing here.");
}

/** What the tree holds a change against once more, at the moment of the change. */
export type Bound = { ifMatch?: string; ifAbsent?: true };

/**
 * Holds the conditional headers of a write against what stands there, and the locks against what is about to change.
 * Returns what was judged, for the tree to judge it again: what somebody else changes in between must not be lost.
 *
 * @throws PRECONDITION_FAILED (412), HEADER_INVALID, LOCKED (423)
 */
export async function requireConditions(
  exchange: DavExchange,
  current: Entry | null,
  touched: Touched[],
): Promise<Bound> {
  const { method = "", headers } = exchange.request;
  if (judgeConditions(method, headers, current) !== "proceed") throw preconditionFailed();
  const lists = headers.if === undefined ? [] : parseIfHeader(String(headers.if));
  if (lists.length > 0 && !(await isAnyMet(exchange, current, lists))) throw preconditionFailed();
  await requireUnlocked(exchange, touched);
  return boundTo(headers, lists, current);
}

async function isAnyMet(exchange: DavExchange, current: Entry | null, lists: IfList[]): Promise<boolean> {
  const { mount, path } = exchange;
  const locks = mount.own ? await listLocks(mount.own.user) : [];
  for (const { resource, conditions } of lists) {
    const at = resource === null ? path : pathWithin(exchange, resource);
    const entry = resource === null ? current : at && (await findEntry(exchange.opened, at));
    const tokens = at ? locks.filter((lock) => coversPath(lock, lockPath(at))).map(({ id }) => id) : [];
    if (conditions.every((condition) => isMet(condition, entry, tokens))) return true;
  }
  return false;
}

/** @throws LOCKED (423) with the addresses of what is locked */
async function requireUnlocked({ mount }: DavExchange, touched: Touched[]): Promise<void> {
  if (!mount.own || touched.length === 0) return;
  const locks = await locksInTheWay(mount.own.user, touched, mount.own.heldLocks);
  if (locks.length > 0) throw new LockedError("LOCKED", hrefsOf(mount, locks));
}

/** The places of locks, as the RFC wants them in a refusal. */
export const hrefsOf = ({ root }: DavMount, locks: Lock[]) => locks.map(({ path }) => hrefOfLock(root, path));

/** That anything at all should stand there (`If-Match: *`) stays true when it changes. */
function boundTo(headers: IncomingHttpHeaders, lists: IfList[], current: Entry | null): Bound {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch, "if-unmodified-since": since } = headers;
  const namesEtags = lists.some(({ conditions }) => conditions.some((condition) => "etag" in condition));
  const isBound = [isWildcard(ifMatch) ? undefined : ifMatch, ifNoneMatch, since, namesEtags].some(Boolean);
  if (!isBound) return {};
  return current ? { ifMatch: current.etag } : { ifAbsent: true };
}

/** A token is that of a resource when its lock holds for it; without locks none ever is. */
function isMet(condition: IfCondition, entry: Entry | null, lockIds: string[]): boolean {
  const isSo =
    "etag" in condition
      ? condition.etag === `"${entry?.etag}"`
      : lockIds.includes(idOfToken(condition.token) ?? "another server's");
  return isSo !== condition.isNegated;
}

function pathWithin({ mount }: DavExchange, resource: string): TreePath | null {
  const path = pathOfTarget(resource);
  const isInside = path === mount.root || path.startsWith(`${mount.root}/`);
  return isInside ? parseDavPath(path.slice(mount.root.length)) : null;
}

export function preconditionFailed(): AppError {
  return new AppError(412, "PRECONDITION_FAILED", "It is not as the request expected it to be.");
}

/** Awaits some work; what another method calls by another status is renamed. */
export async function renaming<T>(work: Promise<T>, names: Record<string, AppError>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const name = Object.keys(names).find((code) => hasCode(error, code));
    throw (name && names[name]) || error;
  }
}

/** RFC 4918 has 409 for a folder that is missing above the target; 404 would speak of the target. */
export function parentMissing(): AppError {
  return new AppError(409, "PARENT_NOT_FOUND", "The folder that it should go into does not exist.");
}
