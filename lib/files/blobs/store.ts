import path from "node:path";
import type { Readable } from "node:stream";
import { config } from "@/lib/core/config";
import { once } from "@/lib/core/once";
import type { ByteRange } from "../tree";
import { bothStores } from "./both-stores";
import { diskStore } from "./disk";
import { s3Store } from "./s3";

/** Which bytes: the id of the blob, and of the site it belongs to. */
export type BlobKey = { siteId: string; id: string };

export type PutOptions = {
  /** More bytes than this are an error: BLOB_TOO_LONG. */
  limit?: number;
  /** How many there will be, where somebody has said so. What comes may still be less. */
  size?: number;
  signal?: AbortSignal;
};

/**
 * Where bytes rest. They are immutable and have no meaning here: which of them are seen is for the database to say.
 * A failed `put` leaves nothing that `sweep` would not find.
 */
export interface BlobStore {
  /** Resolves once the bytes would survive a power cut. @throws STORAGE_FULL, STORAGE_UNREACHABLE, BLOB_TOO_LONG, FILE_TOO_LARGE */
  put(key: BlobKey, body: Readable, options?: PutOptions): Promise<{ size: number; sha256: string }>;
  /** Null: there are no such bytes. @throws STORAGE_UNREACHABLE */
  open(key: BlobKey, range?: ByteRange): Promise<Readable | null>;
  /** Also what is left of a broken `put`; absent bytes are no error. */
  remove(key: BlobKey): Promise<void>;
  /** Ids of everything that takes room, whole or half-made, in batches. */
  list(siteId: string): AsyncIterable<string[]>;
  /** Fails if bytes could not be kept just now: keeps a few, for a moment. */
  probe(): Promise<void>;
}

/** The stores of this installation: the disk always, a bucket where one is configured. */
export function blobStores(): { disk: BlobStore; s3: BlobStore | null } {
  return once("blobStores", () => {
    const { s3 } = config().store;
    return { disk: diskStore(path.join(config().dataDir, "blobs")), s3: s3 && s3Store(s3) };
  });
}

/** The store of this installation. */
export function blobStore(): BlobStore {
  return once("blobStore", () => {
    const { disk, s3 } = blobStores();
    return s3 ? bothStores({ current: config().store.current, disk, s3 }) : disk;
  });
}

/** The one that new bytes do not go to, where there is another. */
export function otherStore(): BlobStore | null {
  const { disk, s3 } = blobStores();
  return config().store.current === "s3" ? disk : s3;
}
