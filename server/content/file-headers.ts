import type { OutgoingHttpHeaders } from "node:http";
import type { Entry } from "@/lib/files/tree";

/** Nothing that a file holds may run or load anything on our origin, whatever a browser takes it for. */
const POLICY = "sandbox; default-src 'none'; frame-ancestors 'self'";

/** On all that people brought, and what is made of it. */
export const HARMLESS: OutgoingHttpHeaders = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

const PICTURES = new Set("png apng jpeg gif webp avif bmp x-icon".split(" ").map((name) => `image/${name}`));
const TEXTS = /^(text\/(?!html\b|xml\b)[\w.+-]+|application\/(json|yaml|toml|sql))$/;

/** What a browser may show in place, and as which media type; null: it is only ever saved. */
export function inlineTypeOf(mediaType: string): string | null {
  if (PICTURES.has(mediaType) || mediaType === "application/pdf") return mediaType;
  if (/^(audio|video)\/[\w.+-]+$/.test(mediaType)) return mediaType;
  return TEXTS.test(mediaType) ? "text/plain; charset=utf-8" : null;
}

/**
 * The headers of a file's bytes. A download has no livelier type than what is shown in place: a page that loads it as a
 * script or a style gets nothing, though it is from our origin.
 */
export function fileHeaders(entry: Entry, { asDownload }: { asDownload: boolean }): OutgoingHttpHeaders {
  const harmlessType = inlineTypeOf(entry.mediaType ?? "");
  const isInline = harmlessType !== null && !asDownload;
  return {
    ...validatorsOf(entry),
    "content-type": harmlessType ?? "application/octet-stream",
    "content-disposition": disposition(isInline ? "inline" : "attachment", entry.name),
    ...HARMLESS,
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
  };
}

/** By which a browser knows whether what it has is still the same. */
export function validatorsOf(entry: Entry): OutgoingHttpHeaders {
  return { etag: `"${entry.etag}"`, "last-modified": entry.modifiedAt.toUTCString() };
}

/**
 * The name twice: in ASCII for the old, in full for all others.
 *
 * @see RFC 6266, RFC 8187
 */
export function disposition(type: "inline" | "attachment", name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const full = encodeURIComponent(name.replace(/\p{Cs}/gu, "_")).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${full}`;
}
