import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { type Fault, startFaultyProxy } from "@/tests/faulty-proxy";
import { hasS3Server, startS3Server } from "@/tests/s3-server";
import { partSize } from "./part-writer";
import { s3Store } from "./s3";
import type { BlobStore } from "./store";

const MIB = 1024 * 1024;
const bytes = Buffer.alloc(20 * MIB, "0123456789abcdef-");
const sha256 = createHash("sha256").update(bytes).digest("hex");
const body = (size = bytes.length) => Readable.from([bytes.subarray(0, size)], { objectMode: false });

describe.skipIf(!hasS3Server())("a bucket whose service fails (apt-get install ceph-mon ceph-osd radosgw)", () => {
  let server: Awaited<ReturnType<typeof startS3Server>>;
  let proxy: Awaited<ReturnType<typeof startFaultyProxy>>;
  let store: BlobStore;
  let key: { siteId: string; id: string };
  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultyProxy(server.settings.endpoint);
    store = s3Store({ ...server.settings, endpoint: proxy.endpoint, silenceMs: 1_000 });
  }, 180_000);
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  }, 60_000);
  beforeEach(() => {
    proxy.fail(() => undefined);
    key = { siteId: newId(), id: newId() };
  });

  /** This happens to the first requests of that kind, and then no longer. */
  function failFirst(count: number, what: RegExp, fault: Fault) {
    let left = count;
    proxy.fail(({ method, path }) => (what.test(`${method} ${path}`) && left-- > 0 ? fault : undefined));
  }
  const read = async (range?: { start: number; end: number }) => {
    const opened = await store.open(key, range);
    return opened && buffer(opened);
  };
  const uploads = async () =>
    (await server.client.send(new ListMultipartUploadsCommand({ Bucket: "blobs" }))).Uploads ?? [];
  const stored = async () => {
    const ids: string[] = [];
    for await (const batch of store.list(key.siteId)) ids.push(...batch);
    return ids;
  };

  describe("is asked again, and nobody notices,", () => {
    it.each<[string, RegExp, Fault]>([
      ["when it answers 500 to a part", /^PUT .*partNumber=2/, { status: 500 }],
      ["when it answers 503 to all it is asked first", /./, { status: 503 }],
      ["when a connection ends", /^PUT .*partNumber=1/, "cut"],
      ["when it is silent", /^PUT .*partNumber=2/, "hang"],
      ["when the answer to a part is lost", /^PUT .*partNumber=1/, "lose"],
      ["when it cannot begin", /^POST .*uploads/, { status: 500 }],
      ["when it has made one of all parts, and nobody hears of it", /^POST .*uploadId/, "lose"],
    ])("in an upload: %s", async (_, what, fault) => {
      failFirst(2, what, fault);

      expect(await store.put(key, body())).toEqual({ size: bytes.length, sha256 });

      expect((await read())?.equals(bytes)).toBe(true);
      expect(await stored()).toEqual([key.id]);
    });

    it("when the answer to a short upload is lost", async () => {
      failFirst(1, /^PUT/, "lose");

      expect((await store.put(key, body(5_000))).size).toBe(5_000);

      expect((await read())?.equals(bytes.subarray(0, 5_000))).toBe(true);
    });

    it.each<[string, Fault]>([
      ["answers 500", { status: 500 }],
      ["ends in the middle", { after: 3 * MIB }],
      ["falls silent in the middle", { silentAfter: 3 * MIB }],
      ["does not answer", "hang"],
    ])("in a download: it %s", async (_, fault) => {
      await store.put(key, body());

      failFirst(2, /^GET/, fault);
      expect((await read())?.equals(bytes)).toBe(true);

      failFirst(2, /^GET/, fault);
      const part = { start: 5 * MIB, end: 15 * MIB };
      expect((await read(part))?.equals(bytes.subarray(part.start, part.end + 1))).toBe(true);
    });

    it("only for what it has not sent yet", async () => {
      await store.put(key, body());
      failFirst(3, /^GET/, { after: 6 * MIB });

      await read();

      expect(proxy.seen).toHaveLength(4);
    });
  });

  describe("that goes on failing", () => {
    it.each<[string, Fault]>([
      ["500", { status: 500 }],
      ["503", { status: 503 }],
      ["403", { status: 403 }],
      ["nothing", "hang"],
      ["the end of the connection", "cut"],
    ])("with %s is said to be out of reach, and nothing is left of the upload", async (_, fault) => {
      proxy.fail(({ method }) => (method === "PUT" ? fault : undefined));
      const refusal = { status: 503, code: "STORAGE_UNREACHABLE", retryAfter: 10 };

      await expect(store.put(key, body())).rejects.toMatchObject(refusal);
      await expect(store.put(key, body(10))).rejects.toMatchObject(refusal);
      await expect(store.probe()).rejects.toMatchObject(refusal);

      proxy.fail(() => undefined);
      expect(await store.open(key)).toBeNull();
      expect(await stored()).toEqual([]);
    });

    it("is no file that is absent: neither at the beginning nor in the middle", async () => {
      await store.put(key, body());

      proxy.fail(() => ({ status: 500 }));
      await expect(store.open(key)).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
      await expect(store.remove(key)).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });

      let isFirst = true;
      proxy.fail(() => {
        const fault: Fault = isFirst ? { after: MIB } : { status: 500 };
        isFirst = false;
        return fault;
      });
      await expect(read()).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
    });

    it("lets a reader go who does not wait for it", async () => {
      await store.put(key, body());
      proxy.fail(() => ({ silentAfter: MIB }));
      const opened = await store.open(key);
      opened?.on("error", () => {});

      const closed = new Promise((resolve) => opened?.once("close", resolve));
      opened?.resume().destroy();

      await closed;
      expect(opened?.destroyed).toBe(true);
    });
  });

  it("has what a killed process began among what takes room, and loses it when that is removed", async () => {
    const place = { Bucket: "blobs", Key: `${key.siteId}/${key.id}` };
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(place));
    await server.client.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: bytes.subarray(0, 10) }));
    expect(await stored()).toEqual([key.id]);

    await store.remove(key);

    expect(await stored()).toEqual([]);
    expect(await uploads()).toEqual([]);
  });

  it("says that there is no room as the disk says it", async () => {
    proxy.fail(({ method }) => (method === "PUT" ? { status: 507 } : undefined));

    await expect(store.put(key, body(10))).rejects.toMatchObject({ status: 507, code: "STORAGE_FULL" });
  });
});

const TB = 1024 ** 4;
function partsOf(size: number, announced?: number): number[] {
  const parts: number[] = [];
  for (let come = 0; come < size; come += parts.at(-1) ?? 0) parts.push(partSize(parts.length, come, announced));
  return parts;
}

it("has parts of a size with which 5 TB are no more than 10,000, announced or not", () => {
  for (const size of [1, 100 * MIB, 80_000 * MIB, TB, 5 * TB]) {
    for (const announced of [size, undefined]) expect(partsOf(size, announced).length).toBeLessThanOrEqual(10_000);
  }
  expect(new Set(partsOf(80_000 * MIB, 80_000 * MIB))).toEqual(new Set([8 * MIB]));
  expect(Math.max(...partsOf(5 * TB, 5 * TB))).toBeLessThan(2 ** 31);
});

it("takes no more memory for what is announced than for what has come", () => {
  expect(partSize(0, 0, 5 * TB)).toBe(8 * MIB);
  expect(partSize(0, 0, 40 * TB)).toBe(8 * MIB);
  for (const announced of [100_000 * MIB, TB, 5 * TB]) {
    let come = 0;
    for (const part of partsOf(announced, announced)) {
      expect(part).toBeLessThanOrEqual(Math.max(8 * MIB, come / 500));
      come += part;
    }
  }
});

it("refuses what is larger than a bucket takes before the first byte", async () => {
  const store = s3Store({ bucket: "blobs", region: "none", accessKeyId: "", secretAccessKey: "", usesPathStyle: true });
  const unread = new Readable({ read: () => expect.unreachable() });

  const refused = store.put({ siteId: newId(), id: newId() }, unread, { size: 5 * TB + 1 });

  await expect(refused).rejects.toMatchObject({ status: 413, code: "FILE_TOO_LARGE" });
});
