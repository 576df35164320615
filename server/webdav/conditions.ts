import type { IncomingHttpHeaders } from "node:http";
import { AppError, hasCode, notFound } from "@/lib/core/errors";
import type { Entry, Tree, TreePath } from "@/lib/files/tree";
import { isWildcard, judgeConditions } from "@/lib/protocol/dav/conditions";
import { type IfCondition, parseIfHeader } from "@/lib/protocol/dav/if-header";
import { parseDavPath, pathOfTarget } from "@/lib/protocol/dav/path";
import type { DavExchange } from "./exchange";

/** What stands at a path, or null. */
export async function findEntry(tree: Tree, path: TreePath): Promise<Entry | null> {
  try {
    return await tree.stat(path);
  } catch (error) {
    // Below a file there is nothing, which is what a client means to ask.
    if (hasCode(error, "NODE_NOT_FOUND") || hasCode(error, "NOT_A_FOLDER")) return null;
    throw error;
  }
}

/** What stands at a path. @throws NODE_NOT_FOUND */
export async function getEntry(tree: Tree, path: TreePath): Promise<Entry> {
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
 * Holds the conditional headers of a write against what stands there. Returns what was judged, for the tree to judge
 * it again: what somebody else changes in between must not be lost.
 *
 * @throws PRECONDITION_FAILED (412), HEADER_INVALID
 */
export async function requireConditions(exchange: DavExchange, current: Entry | null): Promise<Bound> {
  const { method = "", headers } = exchange.request;
  if (judgeConditions(method, headers, current) !== "proceed") throw preconditionFailed();
  const lists = headers.if === undefined ? [] : parseIfHeader(String(headers.if));
  for (const { resource, conditions } of lists) {
    const entry = resource === null ? current : await findResource(exchange, resource);
    if (conditions.every((condition) => isMet(condition, entry))) return boundTo(headers, current);
  }
  if (lists.length > 0) throw preconditionFailed();
  return boundTo(headers, current);
}

/** That anything at all should stand there (`If-Match: *`) stays true when it changes. */
function boundTo(headers: IncomingHttpHeaders, current: Entry | null): Bound {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch, "if-unmodified-since": since, if: lists } = headers;
  const isBound = [isWildcard(ifMatch) ? undefined : ifMatch, ifNoneMatch, since, lists].some(Boolean);
  if (!isBound) return {};
  return current ? { ifMatch: current.etag } : { ifAbsent: true };
}

/** There are no locks here, so no state token is ever that of a resource. */
function isMet(condition: IfCondition, entry: Entry | null): boolean {
  const isSo = "etag" in condition && condition.etag === `"${entry?.etag}"`;
  return isSo !== condition.isNegated;
}

async function findResource({ mount }: DavExchange, resource: string): Promise<Entry | null> {
  const path = pathOfTarget(resource);
  const isInside = path === mount.root || path.startsWith(`${mount.root}/`);
  return isInside ? findEntry(mount.tree, parseDavPath(path.slice(mount.root.length))) : null;
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
