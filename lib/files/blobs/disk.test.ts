import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { problem } from "@/lib/http/faces";
import { diskStore } from "./disk";
import type { BlobStore } from "./store";

const siteId = newId();
let folder: string;
let store: BlobStore;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "tessera-blobs-"));
  store = diskStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function stored(): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of store.list(siteId)) ids.push(...batch);
  return ids;
}

/** Some bytes, and then what the system says when it can take no more. */
function endingWith(code: string): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.alloc(300_000);
      throw Object.assign(new Error(`${code}: write`), { code });
    })(),
  );
}

it.each(["ENOSPC", "EDQUOT"])(
  "says plainly that the disk is full (%s), and keeps nothing of the upload",
  async (code) => {
    const kept = { siteId, id: newId() };
    await store.put(kept, Readable.from([Buffer.from("kept")]));

    const failure = await store.put({ siteId, id: newId() }, endingWith(code)).catch((error) => error);

    const { status, body } = problem(failure);
    expect(status).toBe(507);
    expect(JSON.parse(body)).toMatchObject({
      code: "STORAGE_FULL",
      detail: "There is no room left on this cloud's disk. Ask who runs it to make some.",
    });
    expect(await stored()).toEqual([kept.id]);
    expect(String(await buffer((await store.open(kept)) ?? Readable.from([])))).toBe("kept");
  },
);

it("takes an upload whose draft is gone for one that was interrupted", async () => {
  const failure = store.put({ siteId, id: newId() }, endingWith("ENOENT"));

  await expect(failure).rejects.toMatchObject({ status: 503, code: "UPLOAD_EXPIRED" });
});

it("does not take any other failure of the disk for a full one", async () => {
  const failure = store.put({ siteId, id: newId() }, endingWith("EIO"));

  await expect(failure).rejects.toMatchObject({ code: "EIO" });
  expect(await stored()).toEqual([]);
});

it("keeps what it has of the same id when a second try fails, and goes over what a killed one left", async () => {
  const key = { siteId, id: newId() };
  await store.put(key, Readable.from([Buffer.from("whole")]));

  await expect(store.put(key, endingWith("EIO"))).rejects.toMatchObject({ code: "EIO" });

  expect(String(await buffer((await store.open(key)) ?? Readable.from([])))).toBe("whole");
  expect(await stored()).toEqual([key.id]);
  await writeFile(path.join(folder, siteId, "incoming", key.id), "left by a killed process");
  await store.put(key, Readable.from([Buffer.from("new")]));
  expect(String(await buffer((await store.open(key)) ?? Readable.from([])))).toBe("new");
});
