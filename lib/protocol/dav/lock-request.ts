import { invalid } from "@/lib/core/errors";
import { type HeaderMap, headerOf } from "./headers";
import { childOf, readXml } from "./read-xml";
import { writeXml } from "./write-xml";

/** A lock that is asked for; `holder` is the element `owner` as the client wrote it, or empty. */
export type LockRequest = { isExclusive: boolean; holder: string };

/** Characters. It is told of each thing that the lock is on. */
const MAX_HOLDER = 1024;
const TOKEN = "urn:uuid:";

/**
 * Reads the body of a LOCK; null when there is none: one that is held is to be refreshed.
 *
 * @throws XML_INVALID, BODY_TOO_LARGE (413)
 * @see RFC 4918, sections 9.10 and 14.11
 */
export async function readLockRequest(body: AsyncIterable<Uint8Array>): Promise<LockRequest | null> {
  const root = await readXml(body);
  if (!root) return null;
  const scope = root.name === "lockinfo" ? childOf(root, "lockscope") : undefined;
  const type = childOf(root, "locktype");
  const isExclusive = scope !== undefined && childOf(scope, "exclusive") !== undefined;
  const isShared = scope !== undefined && childOf(scope, "shared") !== undefined;
  if (!type || !childOf(type, "write") || isExclusive === isShared) {
    throw invalid("XML_INVALID", "This is no lockinfo of an exclusive or a shared lock.");
  }
  const owner = childOf(root, "owner");
  const holder = owner ? writeXml({ ...owner, attributes: [] }) : "";
  if (holder.length > MAX_HOLDER) throw invalid("XML_INVALID", "This says too much of who locks.");
  return { isExclusive, holder };
}

/**
 * The seconds that a lock is to last: the first wish in the header that can be read, at most `most`.
 *
 * @see RFC 4918, section 10.7
 */
export function timeoutOf(headers: HeaderMap, { usual, most }: { usual: number; most: number }): number {
  for (const wish of (headerOf(headers, "timeout") ?? "").split(",")) {
    const [, seconds, infinite] = /^\s*(?:Second-(\d{1,10})|(Infinite))\s*$/i.exec(wish) ?? [];
    if (infinite) return most;
    if (seconds) return Math.max(1, Math.min(most, Number(seconds)));
  }
  return usual;
}

/** The token of a lock with this id. */
export const tokenOf = (id: string) => TOKEN + id;

/** The id in a token of ours; null for any other. */
export function idOfToken(token: string): string | null {
  return /^urn:uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(token)?.[1]?.toLowerCase() ?? null;
}

/**
 * The id of the lock that an UNLOCK names; null if it is none of ours.
 *
 * @throws HEADER_INVALID
 * @see RFC 4918, section 10.5
 */
export function lockIdOf(headers: HeaderMap): string | null {
  // npm's webdav client leaves the brackets out.
  const [, coded, bare] = /^\s*(?:<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(headerOf(headers, "lock-token") ?? "") ?? [];
  const token = coded ?? bare;
  if (!token) throw invalid("HEADER_INVALID", "A Lock-Token is missing.");
  return idOfToken(token);
}
