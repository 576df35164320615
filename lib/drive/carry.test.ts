import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Tree } from "@/lib/files/tree";
import { createGuardedClient, type GuardedClient } from "@/lib/protocol/safe-fetch/client";
import { davRemoteTree } from "@/lib/sharing/received/remote-tree";
import { type DavCloud, startDavCloud } from "@/tests/dav-cloud";
import { memoryTree } from "@/tests/memory-tree";
import { carry, type Place, type Target } from "./carry";

vi.stubEnv("DATABASE_URL", "postgresql://nowhere");
vi.stubEnv("SECRET_KEY", Buffer.alloc(32).toString("base64url"));
vi.stubEnv("LOG_LEVEL", "silent");

const FOLDER = { "Photos/hut.txt": "A hut.", "Photos/deep/lake.txt": "A lake." };

let theirs: Tree;
let mine: Tree;
let cloud: DavCloud;
let client: GuardedClient;
let source: Place;
/** A folder on another cloud is carried among files of ours. */
beforeEach(async () => {
  theirs = memoryTree(FOLDER);
  mine = memoryTree();
  cloud = await startDavCloud(theirs);
  client = createGuardedClient({ allowHosts: [{ host: "dav.localhost", address: "127.0.0.1" }] });
  const { baseUrl, provider } = cloud;
  const share = { baseUrl, provider, resourceKind: "folder", name: "Shared", canWrite: true } as const;
  source = {
    tree: davRemoteTree({ ...share, client, getAuthorization: async () => "Bearer first" }),
    path: ["Photos"],
  };
});
afterEach(async () => {
  await cloud.stop();
  await client.close();
});

const targetOf = (tree: Tree, path = ["Photos"]): Target => ({ tree, path, discard: (made) => tree.remove(made) });
const code = (expected: string) => expect.objectContaining({ code: expected });
async function contents(tree: Tree, path: string[] = []): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, kind } of (await tree.list(path)).items) {
    const below = [...path, name];
    if (kind === "file") found[below.join("/")] = await text((await tree.read(below)).body);
    else Object.assign(found, { [`${below.join("/")}/`]: "" }, await contents(tree, below));
  }
  return found;
}
const WHOLE = { "Photos/": "", "Photos/deep/": "", "Photos/deep/lake.txt": "A lake.", "Photos/hut.txt": "A hut." };
/** Lets something happen at the other cloud while the last file is under way. */
function whileCarried(happen: () => Promise<unknown>): Target {
  const write: Tree["write"] = async (path, ...rest) => {
    if (path.at(-1) === "hut.txt") await happen();
    return mine.write(path, ...rest);
  };
  return targetOf({ ...mine, write });
}
const bytes = (content: string) => Readable.from([Buffer.from(content)]);
const put = (path: string[], content: string) => theirs.write(path, bytes(content));

describe("a move from another cloud", () => {
  it("takes all of it, and takes away what it took file by file", async () => {
    await carry(source, targetOf(mine), { isMove: true });

    expect(await contents(mine)).toEqual(WHOLE);
    expect(await contents(theirs)).toEqual({});
    const deleted = cloud.seen.filter(({ method }) => method === "DELETE").map(({ path }) => path);
    expect(deleted).toEqual(
      ["hut.txt", "deep/lake.txt", "deep", ""].map((path) => `/dav/ocm/1/Photos/${path}`.replace(/\/$/, "")),
    );
  });

  it("leaves what was put there meanwhile", async () => {
    const target = whileCarried(() => put(["Photos", "deep", "new.txt"], "New."));

    await expect(carry(source, target, { isMove: true })).rejects.toEqual(code("CHANGED_MEANWHILE"));

    expect(await contents(mine)).toEqual(WHOLE);
    expect(await contents(theirs)).toEqual({ "Photos/": "", "Photos/deep/": "", "Photos/deep/new.txt": "New." });
  });

  it("leaves what was changed meanwhile", async () => {
    const target = whileCarried(() => put(["Photos", "deep", "lake.txt"], "Another lake."));

    await expect(carry(source, target, { isMove: true })).rejects.toEqual(code("CHANGED_MEANWHILE"));

    expect(await contents(theirs)).toMatchObject({ "Photos/deep/lake.txt": "Another lake." });
    expect(await contents(mine)).toEqual(WHOLE);
  });

  it("is refused if something in it cannot be shown here, which a copy leaves out", async () => {
    await put(["Photos", "deep", "notes\\old.txt"], "Old.");

    await expect(carry(source, targetOf(mine), { isMove: true })).rejects.toEqual(code("UNSHOWN_ENTRIES"));

    expect(await contents(mine)).toEqual({});
    expect(await contents(theirs)).toEqual({ ...WHOLE, "Photos/deep/notes\\old.txt": "Old." });
    await carry(source, targetOf(mine));
    expect(await contents(mine)).toEqual(WHOLE);
  });
});

describe("what is carried over something else", () => {
  it("takes its place once it is whole", async () => {
    mine = memoryTree({ "Photos/old.txt": "Old.", "hut.txt": "Old." });
    const hut = { ...source, path: ["Photos", "hut.txt"] };

    await carry(hut, targetOf(mine, ["hut.txt"]), { overwrite: true });
    await carry(source, targetOf(mine), { overwrite: true });

    expect(await contents(mine)).toEqual({ ...WHOLE, "hut.txt": "A hut." });
  });

  it("leaves it as it was if it does not come whole", async () => {
    mine = memoryTree({ "Photos/old.txt": "Old." });
    const target = whileCarried(() => Promise.reject(new Error("The disk is full.")));

    await expect(carry(source, target, { overwrite: true })).rejects.toThrow("The disk is full.");
    await expect(carry(source, targetOf(mine))).rejects.toEqual(code("NAME_TAKEN"));

    expect(await contents(mine)).toEqual({ "Photos/": "", "Photos/old.txt": "Old." });
  });
});

it("stops when whoever asked for it goes away, and leaves no half", async () => {
  const gone = new AbortController();
  const target = whileCarried(async () => gone.abort());
  await put(["Photos", "z.txt"], "Last.");

  await expect(carry(source, target, { isMove: true, signal: gone.signal })).rejects.toEqual(code("CANCELLED"));

  expect(await contents(mine)).toEqual({});
  expect(await contents(theirs)).toEqual({ ...WHOLE, "Photos/z.txt": "Last." });
  expect(cloud.seen.filter(({ method, path }) => method === "GET" && path.endsWith("z.txt"))).toEqual([]);
});
