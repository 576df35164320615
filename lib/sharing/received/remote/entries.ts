import { createHash } from "node:crypto";
import { mediaTypeOf } from "@/lib/files/media-types";
import type { Entry, TreePath } from "@/lib/files/tree";
import { parseHttpDate } from "@/lib/protocol/dav/headers";
import { parseDavPath, pathOfTarget } from "@/lib/protocol/dav/path";
import type { AnswerHeaders } from "@/lib/protocol/safe-fetch/client";

/** What another cloud says of a thing, as text: of a property or a header. */
export type Claims = {
  kind: Entry["kind"];
  size?: string;
  etag?: string;
  modified?: string;
  /** Its own id (`oc:id`, `OC-FileId`). */
  id?: string;
  /** ownCloud's letters. */
  permissions?: string;
};

/** Marks an etag that we made up, since theirs was missing, weak or strange: it cannot be sent in If-Match. */
const OURS = "~";

/** Whoever has asked its cloud knows how large it is. */
export type RemoteEntry = Entry & { size: number };

/** Makes an entry of what another cloud says, believing nothing that could do harm. */
export function entryOfClaims(name: string, path: TreePath, claims: Claims, canWrite: boolean): RemoteEntry {
  const { kind, id } = claims;
  const isFile = kind === "file";
  return {
    // Hashed, so that it can never be taken for the id of something of our own.
    id: `remote-${hash(id ? `id ${id}` : `path ${path.join("/")}`)}`,
    name,
    kind,
    size: isFile ? (sizeOf(claims.size) ?? 0) : 0,
    mediaType: isFile ? mediaTypeOf(name) : null,
    etag: etagOf(claims),
    modifiedAt: parseHttpDate(claims.modified) ?? new Date(0),
    canWrite: canWrite && (allowsWriting(claims) ?? true),
  };
}

/** What the headers of a file claim of it. */
export function claimsOfHeaders(headers: AnswerHeaders) {
  const { etag, "last-modified": modified, "oc-fileid": id } = headers;
  return { kind: "file" as const, etag, modified, id };
}

/** Whether the other cloud lets change this; null when it does not say. */
export function allowsWriting({ kind, permissions }: Claims): boolean | null {
  return permissions === undefined ? null : permissions.includes(kind === "file" ? "W" : "CK");
}

/** The same of sharing it on. */
export function allowsResharing({ permissions }: Claims): boolean | null {
  return permissions?.includes("R") ?? null;
}

/** A number of bytes, or null. */
export function sizeOf(text: string | undefined): number | null {
  return text && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** The If-Match for an entry's etag; null when the other cloud would not know it. */
export function ifMatchOf(etag: string): string | null {
  return etag.startsWith(OURS) ? null : `"${etag}"`;
}

/**
 * The name under which an href of a listing stands in the listed folder: null for the folder itself. The href must be
 * of the same authority and exactly one level below; `folder` is the listed address.
 *
 * @throws PATH_INVALID, RangeError
 */
export function nameOfHref(href: string, folder: URL): string | null {
  const authority = /^https?:\/\/([^/?#]*)/i.exec(href)?.[1];
  const isElsewhere = authority !== undefined && authority.toLowerCase() !== folder.host;
  if (isElsewhere || (authority === undefined && !/^\/(?!\/)/.test(href))) throw new RangeError("another place");

  const names = parseDavPath(pathOfTarget(href));
  const above = parseDavPath(folder.pathname);
  // Some servers answer in another normal form than they were asked in.
  const isBelow = above.every((name, index) => name.normalize("NFC") === names[index]?.normalize("NFC"));
  if (!isBelow || names.length > above.length + 1) throw new RangeError("another place");
  return names[above.length] ?? null;
}

function etagOf({ etag = "", size, modified }: Claims): string {
  const strong = /^"([\x21\x23-\x7d][\x21\x23-\x7e]{0,254})"$/.exec(etag.trim());
  return strong?.[1] ?? `${OURS}${hash(etag || `${size} ${modified}`)}`;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}
