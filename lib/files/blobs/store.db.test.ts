import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { hasS3Server, startS3Server } from "@/tests/s3-server";
import { diskStore } from "./disk";
import { s3Store } from "./s3";
import type { BlobStore } from "./store";

const MIB = 1024 * 1024;
type Started = { store: BlobStore; stop(): Promise<void> };

async function onDisk(): Promise<Started> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tessera-blobs-"));
  return { store: diskStore(folder), stop: () => rm(folder, { recursive: true }) };
}

async function inBucket(): Promise<Started> {
  const { settings, stop } = await startS3Server();
  return { store: s3Store(settings), stop };
}

const stores = [
  { name: "on disk", start: onDisk, isThere: true },
  { name: "in a bucket (apt-get install ceph-mon ceph-osd radosgw)", start: inBucket, isThere: hasS3Server() },
];

/** Bytes of which no two parts are alike. */
function sample(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  return bytes;
}
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A body in pieces of an odd size. */
function pieces(bytes: Buffer): Readable {
  const cut = function* () {
    for (let at = 0; at < bytes.length; at += 99_991) yield bytes.subarray(at, at + 99_991);
  };
  return Readable.from(cut(), { objectMode: false });
}

for (const { name, start, isThere } of stores) {
  describe.skipIf(!isThere)(`a store ${name}`, () => {
    let store: BlobStore;
    let stop: () => Promise<void>;
    beforeAll(async () => ({ store, stop } = await start()), 180_000);
    afterAll(() => stop(), 60_000);

    const newKey = () => ({ siteId: newId(), id: newId() });
    const read = async (key: { siteId: string; id: string }, range?: { start: number; end: number }) => {
      const body = await store.open(key, range);
      return body && buffer(body);
    };
    const stored = async (siteId: string) => {
      const ids: string[] = [];
      for await (const batch of store.list(siteId)) ids.push(...batch);
      return ids.sort();
    };

    it.each([0, 1, 5_000, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 16 * MIB, 41 * MIB + 7])(
      "keeps %d bytes, and says how many and which they are",
      async (size) => {
        const [key, bytes] = [newKey(), sample(size)];

        const kept = await store.put(key, pieces(bytes));

        expect(kept).toEqual({ size, sha256: sha256(bytes) });
        expect((await read(key))?.equals(bytes)).toBe(true);
      },
    );

    it("takes what is announced, to the byte, and not one more", async () => {
      for (const size of [5_000, 8 * MIB, 9 * MIB]) {
        const key = newKey();
        expect((await store.put(key, pieces(sample(size)), { limit: size })).size).toBe(size);

        const refused = store.put({ ...key, id: newId() }, pieces(sample(size + 1)), { limit: size });

        await expect(refused).rejects.toMatchObject({ status: 400, code: "BLOB_TOO_LONG" });
        expect(await stored(key.siteId)).toEqual([key.id]);
      }
    });

    it.each([
      [0, 0],
      [0, 99],
      [8 * MIB - 5, 8 * MIB + 5],
      [9 * MIB, 9 * MIB + 1],
    ])("reads from %d to %d", async (first, last) => {
      const [key, bytes] = [newKey(), sample(9 * MIB + 2)];
      await store.put(key, pieces(bytes));

      expect((await read(key, { start: first, end: last }))?.equals(bytes.subarray(first, last + 1))).toBe(true);
    });

    it("has nothing of what is not there, and does not mind removing it", async () => {
      const key = newKey();

      expect(await store.open(key)).toBeNull();
      expect(await store.open(key, { start: 1, end: 2 })).toBeNull();
      await store.remove(key);
      expect(await stored(key.siteId)).toEqual([]);
    });

    it("lists what a site has, and only that, until it is removed", async () => {
      const [one, other] = [newKey(), newKey()];
      const ids = [one.id, ...Array.from({ length: 5 }, newId)].sort();
      for (const id of ids) await store.put({ ...one, id }, pieces(sample(10)));
      await store.put(other, pieces(sample(10)));

      expect(await stored(one.siteId)).toEqual(ids);
      await Promise.all(ids.map((id) => store.remove({ ...one, id })));

      expect(await stored(one.siteId)).toEqual([]);
      expect(await stored(other.siteId)).toEqual([other.id]);
      expect(await store.open(one)).toBeNull();
    });

    it.each([3, 20])("keeps nothing of a body that breaks off after %d MiB", async (mib) => {
      const key = newKey();
      const broken = Readable.from(
        (async function* () {
          for (let n = 0; n < mib; n++) yield sample(MIB);
          throw new Error("broke off");
        })(),
        { objectMode: false },
      );

      await expect(store.put(key, broken)).rejects.toThrow("broke off");

      expect(await store.open(key)).toBeNull();
      expect(await stored(key.siteId)).toEqual([]);
    });

    it("gives up when it is told to", async () => {
      const key = newKey();
      const [body, stopping] = [new Readable({ read() {} }), new AbortController()];
      const upload = store.put(key, body, { signal: stopping.signal });
      body.push(sample(9 * MIB));

      stopping.abort(new Error("enough"));

      await expect(upload).rejects.toThrow("enough");
      expect(await stored(key.siteId)).toEqual([]);
    });

    it("lets a reader leave in the middle, and go on with others", async () => {
      const [key, bytes] = [newKey(), sample(20 * MIB)];
      await store.put(key, pieces(bytes));

      for (let n = 0; n < 5; n++) {
        for await (const chunk of (await store.open(key)) ?? []) {
          expect(chunk.length).toBeGreaterThan(0);
          break;
        }
      }

      expect((await read(key, { start: 5, end: 9 }))?.equals(bytes.subarray(5, 10))).toBe(true);
    });

    it("keeps many at once apart", async () => {
      const siteId = newId();
      const bodies = Array.from({ length: 8 }, (_, n) => sample(MIB + n * 700_001));

      const kept = await Promise.all(
        bodies.map(async (bytes) => {
          const key = { siteId, id: newId() };
          return { key, ...(await store.put(key, pieces(bytes))) };
        }),
      );

      for (const [n, { key, sha256: sum }] of kept.entries()) {
        expect(sum).toBe(sha256(bodies[n] ?? Buffer.alloc(0)));
        expect((await read(key))?.equals(bodies[n] ?? Buffer.alloc(0))).toBe(true);
      }
    });

    it("says that bytes could be kept just now, and leaves nothing of the try", async () => {
      await expect(store.probe()).resolves.toBeUndefined();
    });
  });
}
