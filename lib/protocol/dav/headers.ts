import { AppError, invalid } from "@/lib/core/errors";
import { pathOfTarget } from "./path";

/** Headers as Node and undici hand them over: names in lower case. */
export type HeaderMap = Readonly<Record<string, string | string[] | undefined>>;

/** One header as text. */
export function headerOf(headers: HeaderMap, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

/**
 * How far down a request reaches; without the header `infinity`, as the RFC has it for every method.
 *
 * @throws HEADER_INVALID
 * @see RFC 4918, section 10.2
 */
export function depthOf(headers: HeaderMap): "0" | "1" | "infinity" {
  const depth = (headerOf(headers, "depth") ?? "infinity").trim().toLowerCase();
  if (depth === "0" || depth === "1" || depth === "infinity") return depth;
  throw invalid("HEADER_INVALID", "Depth is 0, 1 or infinity.");
}

/**
 * Whether a MOVE or COPY may replace what stands at its destination.
 *
 * @throws HEADER_INVALID
 * @see RFC 4918, section 10.6
 */
export function mayOverwrite(headers: HeaderMap): boolean {
  const overwrite = (headerOf(headers, "overwrite") ?? "T").trim().toUpperCase();
  if (overwrite !== "T" && overwrite !== "F") throw invalid("HEADER_INVALID", "Overwrite is T or F.");
  return overwrite === "T";
}

/**
 * The encoded path that a MOVE or COPY leads to, on this server: an absolute path, or an address at one of the
 * given authorities (`host[:port]`).
 *
 * @throws HEADER_INVALID, DESTINATION_ELSEWHERE (502)
 * @see RFC 4918, section 10.3
 */
export function destinationOf(headers: HeaderMap, authorities: readonly string[]): string {
  const destination = headerOf(headers, "destination")?.trim();
  if (!destination) throw invalid("HEADER_INVALID", "A Destination is missing.");
  if (/^\/(?!\/)/.test(destination)) return pathOfTarget(destination);

  const authority = /^https?:\/\/([^/?#]*)/i.exec(destination)?.[1];
  if (authority === undefined) throw invalid("HEADER_INVALID", "The Destination is no address.");
  if (!authorities.includes(authority.toLowerCase())) {
    throw new AppError(502, "DESTINATION_ELSEWHERE", "The destination is on another server.");
  }
  return pathOfTarget(destination);
}

/** A date in any of the forms of HTTP, and with a numeric zone, as some write it; null for anything else. */
export function parseHttpDate(text: string | undefined): Date | null {
  if (!text || !/^[A-Z][a-z]{2,8},? /.test(text)) return null;
  const hasZone = /(GMT|UTC|[+-]\d{4})$/.test(text);
  const date = new Date(hasZone ? text : `${text} GMT`);
  return Number.isNaN(date.getTime()) ? null : date;
}
