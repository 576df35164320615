/** As asked by a reader: from `first` to `last` (absent: the end), or the last `suffix` bytes. */
export type RangeRequest = { first: number; last?: number } | { suffix: number };

/** Inclusive positions within a body of known size. */
export type ByteSpan = { start: number; end: number };

/**
 * Reads a Range header of one range. Null means that it does not count and the whole is the answer: another unit,
 * several ranges (which a server may ignore), nonsense.
 *
 * @see RFC 9110, section 14.2
 */
export function parseRange(header: string | undefined): RangeRequest | null {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? "");
  if (!match) return null;
  const [, first, last] = match;
  if (first) {
    if (!last) return { first: Number(first) };
    return Number(last) < Number(first) ? null : { first: Number(first), last: Number(last) };
  }
  return last ? { suffix: Number(last) } : null;
}

/** The bytes that a range means in a body of this size; null when it holds none of them (416). */
export function resolveRange(range: RangeRequest, size: number): ByteSpan | null {
  if ("suffix" in range) {
    return range.suffix === 0 || size === 0 ? null : { start: Math.max(0, size - range.suffix), end: size - 1 };
  }
  if (range.first >= size) return null;
  return { start: range.first, end: Math.min(range.last ?? size - 1, size - 1) };
}

/** A range as a header of a request. */
export function formatRange(range: RangeRequest): string {
  return "suffix" in range ? `bytes=-${range.suffix}` : `bytes=${range.first}-${range.last ?? ""}`;
}

/** Reads a Content-Range that names bytes and the whole size; null for anything else. */
export function parseContentRange(header: string | undefined): (ByteSpan & { size: number }) | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(header?.trim() ?? "");
  if (!match) return null;
  const span = { start: Number(match[1]), end: Number(match[2]), size: Number(match[3]) };
  return span.start <= span.end && span.end < span.size ? span : null;
}
