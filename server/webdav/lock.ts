import { Readable } from "node:stream";
import { conflict, forbidden, hasCode, invalid } from "@/lib/core/errors";
import { drive } from "@/lib/drive/drive";
import { coversPath, endLock, type Lock, listLocks, lockPath, refreshLock } from "@/lib/files/locks";
import { depthOf } from "@/lib/protocol/dav/headers";
import { lockIdOf, readLockRequest, timeoutOf, tokenOf } from "@/lib/protocol/dav/lock-request";
import { findEntry, hrefsOf, parentMissing, renaming, requireConditions } from "./conditions";
import type { DavExchange, OwnFiles } from "./exchange";
import { lockDiscovery } from "./properties";
import { answerEmpty, answerXml, LockedError, methodNotAllowed } from "./reply";

/** Seconds. A program that still has something open refreshes; one that is gone must not keep others out for long. */
const TIMEOUT = { usual: 30 * 60, most: 60 * 60 };

/**
 * LOCK of what stands there, or of an empty file that is made for it; without a body, one that is held is refreshed.
 *
 * @see RFC 4918, sections 7.3 and 9.10
 */
export async function answerLock(exchange: DavExchange): Promise<void> {
  const own = requireOwn(exchange);
  const { request, response, mount, path, asFolder } = exchange;
  const wish = await readLockRequest(request);
  const seconds = timeoutOf(request.headers, TIMEOUT);
  if (!wish) return refresh(exchange, own, seconds);

  const depth = depthOf(request.headers);
  if (depth === "1") throw invalid("HEADER_INVALID", "A lock has Depth 0 or infinity.");
  const current = await findEntry(mount.tree, path);
  if (current && !current.canWrite) throw forbidden("READ_ONLY", "You can view this, but not change it.");
  await requireConditions(exchange, current, current ? [] : [{ path, inFolder: true }]);
  if (!current && asFolder) throw conflict("NODE_NOT_FOUND", "There is no such folder; make it first.");
  const lock = await take(exchange, own, { ...wish, path, isDeep: depth === "infinity", seconds });
  if (!current) await makeLocked(exchange, own, lock);
  answerXml(response, current ? 200 : 201, discoveryOf(exchange, lock), { "lock-token": `<${tokenOf(lock.id)}>` });
}

/** The lock comes first, so that one that is refused leaves no file behind, and ends where the file cannot be made. */
async function makeLocked({ path }: DavExchange, { user, heldLocks }: OwnFiles, { id }: Lock): Promise<void> {
  const holding = drive(user, { heldLocks: [...heldLocks, id] });
  try {
    const making = holding.write(path, Readable.from([]), { size: 0, ifAbsent: true });
    await renaming(making, { NODE_NOT_FOUND: parentMissing() });
  } catch (error) {
    await endLock(user, id);
    throw error;
  }
}

async function take({ mount, path }: DavExchange, own: OwnFiles, wish: Parameters<OwnFiles["drive"]["takeLock"]>[0]) {
  return own.drive.takeLock(wish).catch(async (error) => {
    if (!hasCode(error, "LOCKED")) throw error;
    const at = lockPath(path);
    const isNear = (lock: Lock) => coversPath(lock, at) || coversPath({ ...lock, path: at, isDeep: true }, lock.path);
    throw new LockedError("LOCK_CONFLICT", hrefsOf(mount, (await listLocks(own.user)).filter(isNear)));
  });
}

async function refresh(exchange: DavExchange, own: OwnFiles, seconds: number): Promise<void> {
  const { response, mount, path } = exchange;
  await requireConditions(exchange, await findEntry(mount.tree, path), []);
  const isMeant = (lock: Lock) => own.heldLocks.includes(lock.id) && coversPath(lock, lockPath(path));
  const held = (await listLocks(own.user)).find(isMeant);
  const lock = held && (await refreshLock(own.user, held.id, seconds));
  if (!lock) throw invalid("HEADER_INVALID", "Name in an If header the lock that is to be refreshed.");
  answerXml(response, 200, discoveryOf(exchange, lock));
}

/** @see RFC 4918, section 9.11 */
export async function answerUnlock(exchange: DavExchange): Promise<void> {
  const own = requireOwn(exchange);
  const { request, response, path } = exchange;
  const id = lockIdOf(request.headers);
  const isHere = (await listLocks(own.user)).some((lock) => lock.id === id && coversPath(lock, lockPath(path)));
  if (!id || !isHere || !(await endLock(own.user, id))) {
    throw conflict("LOCK_NOT_HERE", "There is no such lock on this.");
  }
  answerEmpty(response, 204);
}

const discoveryOf = ({ mount }: DavExchange, lock: Lock) =>
  `<d:prop xmlns:d="DAV:"><d:lockdiscovery>${lockDiscovery(mount.root, [lock])}</d:lockdiscovery></d:prop>`;

function requireOwn({ mount }: DavExchange): OwnFiles {
  if (!mount.own) throw methodNotAllowed("There are no locks here.");
  return mount.own;
}
