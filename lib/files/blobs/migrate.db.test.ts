import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "@/lib/core/config";
import { closeDb, db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { damage } from "@/tests/damage";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { hasS3Server, startS3Server } from "@/tests/s3-server";
import { ownTree } from "../own-tree";
import type { Entry, Tree } from "../tree";
import { diskStore } from "./disk";
import { bytesToMove, migrateBlobs, migrationWay } from "./migrate";
import { whileBytesStay } from "./moving";
import { type BlobStore, blobStore, blobStores } from "./store";
import { sweepBlobs } from "./sweep";
import { verifyBlobs } from "./verify";

/** The same process as after a restart with these settings. */
async function restartWith(settings: Record<string, string>) {
  await closeDb();
  for (const name of ["config", "blobStore", "blobStores", "pool", "db"]) {
    delete (globalThis as unknown as Record<symbol, unknown>)[Symbol.for(`tessera.${name}`)];
  }
  vi.unstubAllEnvs();
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
}

it("moves nothing where there is one store only", async () => {
  await expect(migrationWay()).rejects.toMatchObject({ status: 409, code: "ONE_STORE" });
});

describe("from one store to another", () => {
  const LONG = "x".repeat(5_000);
  let alice: UserPrincipal;
  let folder: string;
  let way: { from: BlobStore; to: BlobStore };
  beforeEach(async () => {
    alice = await makeUser();
    folder = mkdtempSync(path.join(os.tmpdir(), "tessera-moved-"));
    way = { from: blobStores().disk, to: diskStore(folder) };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const contentIn = async (store: BlobStore, id: string) => {
    const body = await store.open({ siteId: alice.siteId, id });
    return body && (await buffer(body)).toString();
  };
  const move = () => migrateBlobs(alice.siteId, way, () => {});

  it.each(["bit", "shorter"] as const)(
    "keeps what a broken run had copied, though where it was it has been damaged since (%s)",
    async (how) => {
      const { etag: id } = await makeFile(alice, "/a.txt", LONG);
      const key = { siteId: alice.siteId, id };
      await way.to.put(key, Readable.from([Buffer.from(LONG)]));
      damage[how](key);

      expect(await move()).toMatchObject({ moved: 1, damaged: 0 });

      expect(await contentIn(way.to, id)).toBe(LONG);
      expect(await db().blobDamage.count()).toBe(0);
    },
  );

  it("copies anew what a broken run left in part", async () => {
    const { etag: id } = await makeFile(alice, "/a.txt", LONG);
    await way.to.put({ siteId: alice.siteId, id }, Readable.from([Buffer.from("part")]));

    expect(await move()).toMatchObject({ moved: 1, damaged: 0 });

    expect([await contentIn(way.from, id), await contentIn(way.to, id)]).toEqual([null, LONG]);
  });

  it("does not happen twice at once", async () => {
    await makeFile(alice, "/a.txt", LONG);

    const refused = await whileBytesStay(() => move().catch((error) => error));
    expect(refused).toMatchObject({ status: 409, code: "STORAGE_BUSY" });

    expect(await move()).toMatchObject({ moved: 1 });
  });
});

describe.skipIf(!hasS3Server())(
  "from the disk to a bucket and back (apt-get install ceph-mon ceph-osd radosgw)",
  () => {
    let server: Awaited<ReturnType<typeof startS3Server>>;
    let inBucket: Record<string, string>;
    let alice: UserPrincipal;
    let tree: Tree;
    beforeAll(async () => {
      server = await startS3Server();
      const { endpoint, bucket, accessKeyId, secretAccessKey } = server.settings;
      const keys = { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
      inBucket = { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, ...keys };
    }, 180_000);
    afterAll(async () => {
      await restartWith({});
      await server.stop();
    }, 60_000);
    beforeEach(async () => {
      await restartWith({});
      alice = await makeUser();
      tree = ownTree(alice);
    });

    const content = (n: number) => `${n} `.repeat(5_000);
    const folder = () => path.join(config().dataDir, "blobs", alice.siteId);
    const onDisk = () =>
      readdirSync(folder(), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;
    const stored = async () => {
      const ids: string[] = [];
      for await (const batch of blobStores().s3?.list(alice.siteId) ?? []) ids.push(...batch);
      return ids.length;
    };
    const migrate = async () => {
      const way = await vi.waitFor(migrationWay, 5_000); // connections of before may end a moment later
      const total = await bytesToMove(alice.siteId, way);
      let noted = 0;
      const done = await migrateBlobs(alice.siteId, way, (size) => (noted += size));
      expect(noted).toBe(total);
      return done;
    };
    async function requireAll(count: number) {
      expect(await namesIn(tree)).toHaveLength(count);
      for (let n = 0; n < count; n++) expect(await contentOf(tree, `/${n}.txt`)).toBe(content(n));
    }

    it("moves everything, each way, and is read at every moment of it", async () => {
      for (let n = 0; n < 30; n++) await makeFile(alice, `/${n}.txt`, content(n));
      await tree.write(["short.txt"], bytes("short"), { size: 5 });
      await tree.remove(["short.txt"]);

      await restartWith(inBucket);
      await requireAll(30);
      await makeFile(alice, "/30.txt", content(30));
      expect([onDisk(), await stored()]).toEqual([30, 1]);
      const moving = migrate();
      for (let round = 0; round < 3; round++) await requireAll(31);
      expect(await moving).toMatchObject({ moved: 30, damaged: 0 });
      expect([onDisk(), await stored()]).toEqual([0, 31]);
      await requireAll(31);
      expect(await migrate()).toEqual({ moved: 0, bytes: 0, damaged: 0 });

      await restartWith({ ...inBucket, STORE: "disk" });
      await requireAll(31);
      const back = migrate();
      await requireAll(31);
      expect(await back).toMatchObject({ moved: 31 });
      expect([onDisk(), await stored()]).toEqual([31, 0]);

      await restartWith({});
      await requireAll(31);
      expect(await verifyBlobs(alice.siteId, {})).toEqual({ whole: 32, damaged: 0, missing: 0, orphans: 0 });
    });

    it("goes on after it broke off, with what was copied and not yet removed", async () => {
      const files: Entry[] = [];
      for (let n = 0; n < 3; n++) files.push(await makeFile(alice, `/${n}.txt`, content(n)));
      await restartWith(inBucket);
      const key = { siteId: alice.siteId, id: files[1]?.etag ?? "" };
      await blobStores().s3?.put(key, Readable.from([Buffer.from(content(1))]));

      expect(await migrate()).toMatchObject({ moved: 3 });

      expect([onDisk(), await stored()]).toEqual([0, 3]);
      await requireAll(3);
    });

    it("leaves what is damaged where it is, and says so", async () => {
      const files: Entry[] = [];
      for (let n = 0; n < 4; n++) files.push(await makeFile(alice, `/${n}.txt`, content(n)));
      const hurt = (n: number) => ({ siteId: alice.siteId, id: files[n]?.etag ?? "" });
      damage.bit(hurt(1));
      damage.longer(hurt(2));
      await restartWith(inBucket);

      expect(await migrate()).toMatchObject({ moved: 2, damaged: 2 });

      expect([onDisk(), await stored()]).toEqual([2, 2]);
      await expect(tree.read(["1.txt"])).rejects.toMatchObject({ code: "FILE_DAMAGED" });
      expect(await contentOf(tree, "/3.txt")).toBe(content(3));
    });

    it("leaves uploads alone that are under way, and what broke off to the sweeper", async () => {
      await makeFile(alice, "/0.txt", content(0));
      await blobStores().disk.put({ siteId: alice.siteId, id: newId() }, Readable.from([Buffer.from("orphan")]));
      await restartWith(inBucket);

      expect(await migrate()).toMatchObject({ moved: 1 });
      expect(onDisk()).toBe(1);

      expect(await sweepBlobs()).toEqual({ uploads: 0, blobs: 0, orphans: 1 });
      expect(onDisk()).toBe(0);
      await requireAll(1);
    });

    it("takes files away from wherever they are", async () => {
      await makeFile(alice, "/old.txt", content(0));
      await restartWith(inBucket);
      await makeFile(alice, "/new.txt", content(1));
      await db().fileNode.deleteMany({ where: { kind: "file" } });

      expect(await sweepBlobs()).toMatchObject({ blobs: 2 });

      expect([onDisk(), await stored()]).toEqual([0, 0]);
    });

    it("waits until no process runs that would not find what has moved", async () => {
      const connectionString = process.env.DATABASE_URL;
      const old = new pg.Client({ connectionString, application_name: "tessera" });
      await restartWith(inBucket);
      await old.connect();

      await expect(migrationWay()).rejects.toMatchObject({ status: 409, code: "RESTART_FIRST" });

      await old.end();
    });

    it("says of a service that is out of reach what it says of a disk: not ready", async () => {
      await restartWith({ ...inBucket, S3_ENDPOINT: "http://127.0.0.1:9" });

      await expect(blobStore().probe()).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
      await expect(tree.write(["a.txt"], bytes(content(0)))).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
      expect(await namesIn(tree)).toEqual([]);
      expect(await db().uploadLease.count()).toBe(0);
    });
  },
);
