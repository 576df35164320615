import type { BlobStore } from "./store";

/**
 * The disk and a bucket as one store, in which bytes move from one to the other (`migrateBlobs`): new ones go to
 * `current`, and each is read from where it is. The disk is asked first, since it answers at once, and again at the end,
 * since the bytes may have moved to it in between.
 */
export function bothStores({
  current,
  disk,
  s3,
}: {
  current: "disk" | "s3";
  disk: BlobStore;
  s3: BlobStore;
}): BlobStore {
  const { put, probe } = current === "disk" ? disk : s3;
  return {
    put,
    probe,
    open: async (key, range) =>
      (await disk.open(key, range)) ?? (await s3.open(key, range)) ?? (await disk.open(key, range)),
    async remove(key) {
      await Promise.all([disk.remove(key), s3.remove(key)]);
    },
    async *list(siteId) {
      yield* disk.list(siteId);
      yield* s3.list(siteId);
    },
  };
}
