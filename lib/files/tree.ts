import type { Readable } from "node:stream";
import type { Statement } from "@/lib/core/db";
import { hasCode } from "@/lib/core/errors";

/** Decoded names from the root down; the empty path is the root itself. */
export type TreePath = readonly string[];

/** What stands at a path. */
export type Entry = {
  /** Stable while the thing lives, also through rename and move; unique within its tree. */
  id: string;
  name: string;
  kind: "file" | "folder";
  /** Bytes; of a folder 0. Null: a file on another cloud at which nobody has looked yet. */
  size: number | null;
  /** Ours, derived from the name: never what a peer or a client claimed. Folders: null. */
  mediaType: string | null;
  /** Strong, without quotes; a folder's changes whenever anything below it does. */
  etag: string;
  modifiedAt: Date;
  canWrite: boolean;
  /** Set on the root of a received share that stands here, or that this tree is. */
  receivedShareId?: string;
  /** Among one's own files, and where a received share stands. */
  isFavourite?: true;
};

export type Page<T> = {
  items: T[];
  /** Give it back as `after` to go on; null at the end. */
  next: string | null;
  /** How many entries of the folder another cloud has under names that cannot stand here; absent: none. */
  unshown?: number;
  /** Of what another cloud has, where it is shown as last known: when that cloud last said so. */
  seenAt?: Date;
};

/** Inclusive byte positions, already checked against the size. */
export type ByteRange = { start: number; end: number };

export type ReadOptions = {
  /** As asked by the reader: `last` is open-ended when absent; a suffix is `{ suffix: n }`. */
  range?: { first: number; last?: number } | { suffix: number };
  signal?: AbortSignal;
};
export type ReadResult = { entry: Entry & { size: number }; range: ByteRange | null; body: Readable };

export type WriteOptions = {
  /** Only over the present file with this etag (412 otherwise). */
  ifMatch?: string;
  /** Only if nothing stands there (409 NAME_TAKEN otherwise). */
  ifAbsent?: boolean;
  /** Bytes, where the sender told; checked against what arrives. */
  size?: number;
  /** In hex, where the sender told; of other bytes nothing is kept (400 CHECKSUM_MISMATCH). */
  sha256?: string;
  signal?: AbortSignal;
};

/** How it is judged in the transaction of a change whether whoever a tree was made for may still make it. */
export type StillAllowed = {
  /** They divide by zero if not: what fails in the database undoes all that is sent together with it. */
  statements: Statement[];
  /** Throws why not. */
  refuse: () => Promise<unknown>;
};

/** That two things still allow a change; the first to refuse says why. */
export const bothAllowed = (one: StillAllowed, other: StillAllowed): StillAllowed => ({
  statements: [...one.statements, ...other.statements],
  refuse: async () => {
    await one.refuse();
    await other.refuse();
  },
});

/** Whether something stands at a place, as far as that can be told. */
export const isThere = (tree: Pick<Tree, "stat">, path: TreePath): Promise<boolean> =>
  tree.stat(path).then(
    () => true,
    () => false,
  );

/** What stands at a path, or null. @throws what `stat` throws, but not NODE_NOT_FOUND */
export const findEntry = (tree: Pick<Tree, "stat">, path: TreePath): Promise<Entry | null> =>
  tree.stat(path).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });

export type TransferOptions = {
  overwrite?: boolean;
  /** Only what still has this etag (412 otherwise). */
  ifMatch?: string;
  signal?: AbortSignal;
};

/**
 * A hierarchy of files that can be walked and changed: a person's own nodes, the subtree of a share,
 * or a share on another cloud. Each is made for one principal and enforces what that one may do.
 *
 * Every function throws NODE_NOT_FOUND (404), NOT_A_FOLDER (409), READ_ONLY (403), NAME_TAKEN (409),
 * NAME_INVALID (400), QUOTA_EXCEEDED (507), ETAG_MISMATCH (412) as they apply; a remote one also PEER_* (502, 503, 504).
 */
export interface Tree {
  /** Set where all that is removed can be restored by its owner. */
  readonly hasTrash?: true;
  stat(path: TreePath): Promise<Entry>;
  /** The entries of a folder, folders first, then by name; `limit` at most 1000. */
  list(path: TreePath, page?: { after?: string; limit?: number }): Promise<Page<Entry>>;
  read(path: TreePath, options?: ReadOptions): Promise<ReadResult>;
  /** Replaces or creates a file; it is seen only once it is stored whole. */
  write(path: TreePath, body: Readable, options?: WriteOptions): Promise<{ entry: Entry; created: boolean }>;
  makeFolder(path: TreePath): Promise<Entry>;
  /** With `ifMatch`: only what still has this etag (412 otherwise). */
  remove(path: TreePath, options?: { ifMatch?: string }): Promise<void>;
  move(from: TreePath, to: TreePath, options?: TransferOptions): Promise<Entry>;
  copy(from: TreePath, to: TreePath, options?: TransferOptions & { depth?: "0" | "infinity" }): Promise<Entry>;
}

/** Removes what still has this etag. False if it has changed; gone already is as well as removed. */
export async function removeUnchanged(tree: Tree, path: TreePath, etag: string): Promise<boolean> {
  try {
    await tree.remove(path, { ifMatch: etag });
    return true;
  } catch (error) {
    if (hasCode(error, "NODE_NOT_FOUND")) return true;
    if (hasCode(error, "ETAG_MISMATCH")) return false;
    throw error;
  }
}
