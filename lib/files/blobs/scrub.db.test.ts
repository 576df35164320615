import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { beforeEach, describe, expect, it } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { listNotices, markNoticesRead } from "@/lib/notices/notices";
import { getSite } from "@/lib/sites/sites";
import { damage, placeOf } from "@/tests/damage";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile } from "@/tests/make-files";
import { ownTree } from "../own-tree";
import type { Tree } from "../tree";
import { versionContent } from "../versions";
import { damagedFiles } from "./concerned";
import { healBlobs } from "./heal";
import { whileBytesStay } from "./moving";
import { scrubBlobs } from "./scrub";
import { blobStore } from "./store";
import { verifyBlobs } from "./verify";

let alice: UserPrincipal;
let tree: Tree;
beforeEach(async () => {
  alice = await makeUser();
  tree = ownTree(alice);
});

const LONG = "x".repeat(5_000);
const keyOf = (id: string) => ({ siteId: alice.siteId, id });
const found = async () =>
  (await db().blobDamage.findMany({ orderBy: { blobId: "asc" } })).map(({ blobId, kind }) => `${kind} ${blobId}`);
const told = async (user = alice) => (await listNotices(user)).items.map(({ kind, about }) => ({ kind, ...about }));
const round = () => db().blobScrub.findUniqueOrThrow({ where: { siteId: alice.siteId } });

const failing = (code: string) =>
  new Readable({
    read() {
      this.destroy(Object.assign(new Error(code), { code }));
    },
  });

/** As when the time of a round is over, and what was damaged has not been looked at for long. */
async function laterOn() {
  await db().blobScrub.updateMany({ data: { startedAt: new Date(Date.now() - 31 * 86_400_000) } });
  await db().blobDamage.updateMany({ data: { checkedAt: new Date(Date.now() - 2 * 3_600_000) } });
}

it.each(Object.entries(damage))(
  "finds what a disk did to bytes (%s), and says so instead of sending them",
  async (kind, hurt) => {
    await makeFile(alice, "/whole.txt", LONG);
    const { etag } = await makeFile(alice, "/folder/hurt.txt", LONG);
    hurt(keyOf(etag));

    await scrubBlobs();

    expect(await found()).toEqual([`${kind === "gone" ? "missing" : "damaged"} ${etag}`]);
    const refusal = { status: 503, code: "FILE_DAMAGED", retryAfter: 3600 };
    await expect(tree.read(["folder", "hurt.txt"])).rejects.toMatchObject(refusal);
    await expect(tree.read(["folder", "hurt.txt"], { range: { first: 0, last: 1 } })).rejects.toMatchObject(refusal);
    expect(await contentOf(tree, "/whole.txt")).toBe(LONG);
    const about = { provider: "", files: ["/folder/hurt.txt"], count: 1 };
    expect(await told()).toMatchObject([{ kind: "files-damaged", ...about }]);
  },
);

it("finds it in what stands in its row", async () => {
  const { etag } = (await tree.write(["a.txt"], bytes("hello"), { size: 5 })).entry;
  await db().blob.updateMany({ where: { id: etag }, data: { bytes: Buffer.from("hullo") } });

  await scrubBlobs();

  expect(await found()).toEqual([`damaged ${etag}`]);
  await expect(tree.read(["a.txt"])).rejects.toMatchObject({ code: "FILE_DAMAGED" });
});

it("tells each owner once, of copies, versions and what is in the trash, and of the first by name", async () => {
  const bob = await makeUser({ site: await getSite(alice.siteId) });
  const one = await makeFile(alice, "/a.txt", LONG);
  await tree.copy(["a.txt"], ["copy.txt"]);
  await tree.write(["a.txt"], bytes("new"));
  const other = await makeFile(alice, "/binned.txt", `${LONG}2`);
  await tree.remove(["binned.txt"]);
  const third = await makeFile(alice, "/third.txt", `${LONG}3`);
  const his = await makeFile(bob, "/bob.txt", `${LONG}4`);
  for (const { etag } of [one, other, third, his]) damage.bit(keyOf(etag));

  await scrubBlobs();
  await laterOn();
  await scrubBlobs();

  const files = ["/a.txt", "/copy.txt", "/third.txt"];
  expect(await told()).toMatchObject([{ kind: "files-damaged", files, count: 4 }]);
  expect(await told(bob)).toMatchObject([{ files: ["/bob.txt"], count: 1 }]);
  const { id } = await db().fileVersion.findFirstOrThrow();
  await expect(versionContent(alice, id).read(null)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  expect(await contentOf(tree, "/a.txt")).toBe("new");
});

it("has one unread notice of all that it finds step by step", async () => {
  const files = [];
  for (const name of ["/a.txt", "/b.txt", "/c.txt", "/d.txt"]) files.push(await makeFile(alice, name, LONG + name));
  for (const { etag } of files) {
    damage.bit(keyOf(etag));
    await laterOn();
    await scrubBlobs();
  }

  expect(await told()).toMatchObject([{ files: ["/a.txt", "/b.txt", "/c.txt"], count: 4 }]);

  await markNoticesRead(alice);
  damage.bit(keyOf((await makeFile(alice, "/e.txt", `${LONG}/e.txt`)).etag));
  await laterOn();
  await scrubBlobs();
  expect(await told()).toMatchObject([{ files: ["/e.txt"], count: 1 }, { count: 4 }]);
});

it("names so many of the files that hold damaged bytes, and counts them all to their owner", async () => {
  const { etag } = await makeFile(alice, "/0.txt", LONG);
  for (let n = 1; n < 6; n++) await tree.copy(["0.txt"], [`${n}.txt`]);
  damage.bit(keyOf(etag));

  await scrubBlobs();

  const { items, count } = await damagedFiles(alice.siteId, 2);
  expect([items.length, count]).toEqual([2, 1]);
  expect(await told()).toMatchObject([{ files: ["/0.txt", "/1.txt", "/2.txt"], count: 6 }]);
});

it("does not count as missing what is removed while it is verified", async () => {
  const { etag } = await makeFile(alice, "/a.txt", LONG);
  await makeFile(alice, "/b.txt", `${LONG}2`);
  const { open } = blobStore();
  blobStore().open = async (key, range) => {
    if (key.id !== etag) return open(key, range);
    await db().fileNode.deleteMany({ where: { blobId: etag } });
    await db().blob.deleteMany({ where: { id: etag } });
    return null;
  };

  const counts = await verifyBlobs(alice.siteId, {}).finally(() => {
    blobStore().open = open;
  });

  expect(counts).toMatchObject({ whole: 1, missing: 0, damaged: 0 });
});

describe("what was damaged", () => {
  it("has its small picture and its words looked for anew once it is whole, and nothing else has", async () => {
    const { siteId, userId: ownerId } = alice;
    const [hurt, well] = [await makeFile(alice, "/a.png", LONG), await makeFile(alice, "/b.png", `${LONG}2`)];
    for (const { etag: blobId } of [hurt, well]) {
      await db().thumbnail.create({ data: { siteId, blobId } });
      await db().blobText.create({ data: { siteId, blobId, ownerId, state: "failed" } });
    }
    const before = readFileSync(placeOf(keyOf(hurt.etag)));
    damage.bit(keyOf(hurt.etag));
    await scrubBlobs();
    writeFileSync(placeOf(keyOf(hurt.etag)), before);

    await laterOn();
    await scrubBlobs();

    const rest = [await db().thumbnail.findMany(), await db().blobText.findMany()];
    expect(rest.map((rows) => rows.map(({ blobId }) => blobId))).toEqual([[well.etag], [well.etag]]);
  });

  it("is a file like any other once it is found whole", async () => {
    const { etag } = await makeFile(alice, "/a.txt", LONG);
    const before = readFileSync(placeOf(keyOf(etag)));
    damage.bit(keyOf(etag));
    await scrubBlobs();
    writeFileSync(placeOf(keyOf(etag)), before);

    await laterOn();
    await scrubBlobs();

    expect(await found()).toEqual([]);
    expect(await contentOf(tree, "/a.txt")).toBe(LONG);
  });

  it.each(["gone", "bit"] as const)(
    "is mended, with its copies, when its bytes are uploaded again (%s)",
    async (how) => {
      const { etag } = await makeFile(alice, "/a.txt", LONG);
      await tree.copy(["a.txt"], ["copy.txt"]);
      damage[how](keyOf(etag));
      await scrubBlobs();
      await tree.write(["a.txt"], bytes(LONG));

      await laterOn();
      await scrubBlobs();

      expect(await found()).toEqual([]);
      expect(await contentOf(tree, "/copy.txt")).toBe(LONG);
      expect(await contentOf(tree, "/a.txt")).toBe(LONG);
    },
  );

  it("is mended in its row, too", async () => {
    const { etag } = (await tree.write(["a.txt"], bytes("hello"), { size: 5 })).entry;
    await tree.copy(["a.txt"], ["copy.txt"]);
    await db().blob.updateMany({ where: { id: etag }, data: { bytes: Buffer.from("hullo") } });
    await scrubBlobs();
    await tree.write(["a.txt"], bytes("hello"));

    await laterOn();
    await scrubBlobs();

    expect(await contentOf(tree, "/copy.txt")).toBe("hello");
  });

  it("is not mended with bytes that are damaged themselves", async () => {
    const one = await makeFile(alice, "/a.txt", LONG);
    const twin = await makeFile(alice, "/b.txt", LONG);
    damage.bit(keyOf(one.etag));
    await scrubBlobs();
    damage.gone(keyOf(twin.etag));

    await laterOn();
    await scrubBlobs();

    expect((await found()).sort()).toEqual([`damaged ${one.etag}`, `missing ${twin.etag}`]);
  });

  it.each([
    ["other bytes", () => Readable.from([Buffer.from(LONG.toUpperCase())])],
    ["none for a fault of the disk", () => failing("EIO")],
  ])("is not mended with what comes when its twin is read once more: %s", async (_, comes) => {
    const one = await makeFile(alice, "/a.txt", LONG);
    const twin = await makeFile(alice, "/b.txt", LONG);
    damage.bit(keyOf(one.etag));
    await scrubBlobs();
    const { open } = blobStore();
    let reads = 0;
    blobStore().open = (key, range) =>
      key.id === twin.etag && reads++ === 1 ? Promise.resolve(comes()) : open(key, range);

    await laterOn();
    await healBlobs(alice.siteId).finally(() => {
      blobStore().open = open;
    });

    expect(reads).toBe(2);
    expect(await found()).toEqual([`damaged ${one.etag}`]);
    await expect(tree.read(["a.txt"])).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });

  it("is left for later while bytes are moved between stores", async () => {
    const { etag } = await makeFile(alice, "/a.txt", LONG);
    damage.gone(keyOf(etag));
    await scrubBlobs();
    await tree.write(["a.txt"], bytes(LONG));
    await laterOn();

    await whileBytesStay(scrubBlobs, { alone: true });
    expect(await found()).toEqual([`missing ${etag}`]);

    await laterOn();
    await scrubBlobs();
    expect(await found()).toEqual([]);
  });

  it("is nothing any more when no file holds it", async () => {
    const { etag } = await makeFile(alice, "/a.txt", LONG);
    damage.gone(keyOf(etag));
    await scrubBlobs();

    await db().fileNode.deleteMany({ where: { blobId: etag } });
    await db().blob.deleteMany({ where: { id: etag } });

    expect(await found()).toEqual([]);
  });
});

describe("a round", () => {
  it("goes on where it was, and begins anew when its time is over", async () => {
    for (let n = 0; n < 120; n++) await tree.write([`${n}.txt`], bytes("hello"), { size: 5 });
    await scrubBlobs();
    const [first, { afterId }] = [(await round()).blobs, await round()];
    await db().blobScrub.updateMany({ data: { startedAt: new Date(Date.now() - 20 * 86_400_000) } });

    await scrubBlobs();
    const second = await round();
    await db().blobScrub.updateMany({ data: { startedAt: new Date(Date.now() - 29.9999 * 86_400_000) } });
    await scrubBlobs();
    const third = await round();
    await scrubBlobs();

    expect([first, second.blobs, third.blobs]).toEqual([50, 100, 120]);
    expect(second.afterId > afterId).toBe(true);
    expect([second.finishedAt, third.bytes]).toEqual([null, 600n]);
    expect(third.finishedAt).not.toBeNull();
    expect(await round()).toEqual(third);

    await laterOn();
    await scrubBlobs();
    expect((await round()).startedAt > third.startedAt).toBe(true);
  });

  it("finds nothing wrong where files come and go beside it", async () => {
    for (let n = 0; n < 20; n++) await makeFile(alice, `/${n}.txt`, `${LONG}${n}`);

    const busy = (async () => {
      for (let n = 0; n < 20; n++) {
        await tree.write([`${n}.txt`], bytes(`${LONG} new ${n}`));
        await tree.remove([`${19 - n}.txt`]).catch(() => {});
      }
    })();
    for (let n = 0; n < 5; n++) {
      await scrubBlobs();
      await laterOn();
    }
    await busy;

    expect(await found()).toEqual([]);
  });

  it("stands still and says why when the store may not be read", async () => {
    await makeFile(alice, "/a.txt", LONG);
    const { open } = blobStore();
    blobStore().open = () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" }));

    await scrubBlobs();
    blobStore().open = open;

    expect(await found()).toEqual([]);
    expect(await round()).toMatchObject({ blobs: 0, failure: "The store cannot be read (EACCES)." });
  });

  it("stands still and tells nobody that files are lost when the whole store is not there", async () => {
    for (let n = 0; n < 6; n++) await makeFile(alice, `/${n}.txt`, `${LONG}${n}`);
    const blobs = path.join(config().dataDir, "blobs");
    renameSync(blobs, `${blobs}-elsewhere`);

    await scrubBlobs();

    expect(await found()).toEqual([]);
    expect(await told()).toEqual([]);
    expect(await round()).toMatchObject({ blobs: 0, failure: expect.stringContaining("Is its disk mounted?") });

    renameSync(`${blobs}-elsewhere`, blobs);
    await scrubBlobs();
    expect(await round()).toMatchObject({ blobs: 6, failure: null });
  });
});
