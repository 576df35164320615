import { mediaTypeOf } from "../media-types";
import type { Entry } from "../tree";
import { etagMismatch } from "./refusals";
import type { Scope } from "./scope";

/** A node as the statements here read it; bigints come as text. */
export type NodeRow = {
  id: string;
  kind: "file" | "folder" | "mount";
  name: string;
  blobId: string | null;
  size: string;
  modifiedAt: Date;
  starredAt: Date | null;
  /** Of folders: how many changes happened below, and when the last. */
  version: string | null;
  changedAt: Date | null;
  /** Of mounts. */
  mountId: string | null;
  mountedType: string | null;
  mountedRole: string | null;
  mountedSize: string | null;
};

/** What a node looks like from outside. */
export function toEntry(scope: Scope, row: NodeRow): Entry {
  const entry = row.kind === "mount" ? mountEntry(row) : ownEntry(scope, row);
  // Nobody else learns what its owner thinks of it.
  return scope.rootId === null && row.starredAt ? { ...entry, isFavourite: true } : entry;
}

function ownEntry(scope: Scope, row: NodeRow): Entry {
  const { id, name } = row;
  if (row.kind === "folder") {
    const modifiedAt = row.changedAt && row.changedAt > row.modifiedAt ? row.changedAt : row.modifiedAt;
    const etag = `${id}-${row.version ?? 0}`;
    return { id, name, kind: "folder", size: 0, mediaType: null, etag, modifiedAt, canWrite: scope.canWrite };
  }
  return {
    id,
    name,
    kind: "file",
    size: Number(row.size),
    mediaType: mediaTypeOf(name),
    etag: row.blobId ?? id,
    modifiedAt: row.modifiedAt,
    canWrite: scope.canWrite,
  };
}

/** @throws ETAG_MISMATCH if another etag than this is expected */
export function requireEtag(scope: Scope, row: NodeRow, expected: string | undefined): void {
  if (expected !== undefined && toEntry(scope, row).etag !== expected) throw etagMismatch();
}

/** What is known of a received share without asking its cloud. */
function mountEntry({ id, name, modifiedAt, mountId, mountedType, mountedRole, mountedSize }: NodeRow): Entry {
  const kind = mountedType === "file" ? "file" : "folder";
  return {
    id,
    name,
    kind,
    size: kind === "folder" ? 0 : mountedSize === null ? null : Number(mountedSize),
    mediaType: kind === "file" ? mediaTypeOf(name) : null,
    etag: id,
    modifiedAt,
    canWrite: mountedRole === "editor",
    receivedShareId: mountId ?? undefined,
  };
}
