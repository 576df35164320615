import { invalid } from "@/lib/core/errors";
import { type HeaderMap, headerOf, parseHttpDate } from "./headers";

/** What conditions are held against; the etag is strong and without quotes. */
export type Validators = { etag: string; modifiedAt: Date };

export type Verdict = "proceed" | "not-modified" | "failed";

type EntityTag = { isWeak: boolean; opaque: string };

/**
 * Judges the conditional headers of a request against what stands there now (null: nothing).
 *
 * @throws HEADER_INVALID
 * @see RFC 9110, section 13.2.2
 */
export function judgeConditions(method: string, headers: HeaderMap, current: Validators | null): Verdict {
  const isRead = method === "GET" || method === "HEAD";
  const ifMatch = headerOf(headers, "if-match");
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, current, { weakly: false })) return "failed";
  } else if (current && isAfter(current.modifiedAt, headerOf(headers, "if-unmodified-since")) === true) return "failed";

  const ifNoneMatch = headerOf(headers, "if-none-match");
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, current, { weakly: true })) return isRead ? "not-modified" : "failed";
  } else if (isRead && current && isAfter(current.modifiedAt, headerOf(headers, "if-modified-since")) === false) {
    return "not-modified";
  }
  return "proceed";
}

/**
 * Whether a Range counts: there is no If-Range, or it names what stands there now. A date is as strong as our
 * clock's second allows, so it must be equal and no longer this second's.
 *
 * @see RFC 9110, section 13.1.5
 */
export function isRangeCurrent(headers: HeaderMap, current: Validators, now: Date): boolean {
  const ifRange = headerOf(headers, "if-range")?.trim();
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === `"${current.etag}"`;
  const date = parseHttpDate(ifRange);
  const isSettled = now.getTime() - current.modifiedAt.getTime() >= 1000;
  return date !== null && isSettled && seconds(date) === seconds(current.modifiedAt);
}

/** Whether the header asks for anything, or nothing, to stand there: `*`. */
export function isWildcard(header: string | undefined): boolean {
  return header?.trim() === "*";
}

function matches(header: string, current: Validators | null, { weakly }: { weakly: boolean }): boolean {
  if (isWildcard(header)) return current !== null;
  return parseEntityTags(header).some((tag) => tag.opaque === current?.etag && (weakly || !tag.isWeak));
}

function parseEntityTags(header: string): EntityTag[] {
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  const rest = header.replace(/(?:W\/)?"[^"]*"/g, "");
  if (tags.length === 0 || !/^[\s,]*$/.test(rest)) {
    throw invalid("HEADER_INVALID", "An entity tag stands in double quotes.");
  }
  return tags.map((tag) => ({ isWeak: tag.startsWith("W/"), opaque: tag.slice(tag.indexOf('"') + 1, -1) }));
}

/** Whether the time is after that of the header, in whole seconds; null when the header says nothing. */
function isAfter(time: Date, header: string | undefined): boolean | null {
  const limit = parseHttpDate(header);
  return limit && seconds(time) > seconds(limit);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
