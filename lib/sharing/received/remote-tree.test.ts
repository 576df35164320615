import { createHash } from "node:crypto";
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "@/lib/core/errors";
import type { Tree } from "@/lib/files/tree";
import { createGuardedClient, type GuardedClient } from "@/lib/protocol/safe-fetch/client";
import { type DavCloud, startDavCloud } from "@/tests/dav-cloud";
import { memoryTree } from "@/tests/memory-tree";
import { davRemoteTree, type RemoteShare } from "./remote-tree";

vi.stubEnv("DATABASE_URL", "postgresql://nowhere");
vi.stubEnv("SECRET_KEY", Buffer.alloc(32).toString("base64url"));
vi.stubEnv("LOG_LEVEL", "silent");

const FILES = { "hello.txt": "hello world", "file 10.txt": "ten", "file 2.txt": "two", "sub/inner.txt": "inner" };
const NFD = "re\u0301sume\u0301 & 50%.txt";

let cloud: DavCloud;
let client: GuardedClient;
let theirs: Tree;
let token: string;
let renewals: number;
let remote: Tree;

const open = (options: Partial<RemoteShare> = {}): Tree =>
  davRemoteTree({
    baseUrl: cloud.baseUrl,
    provider: cloud.provider,
    resourceKind: "folder",
    name: "From bob",
    canWrite: true,
    client,
    getAuthorization: async () => `Bearer ${token}`,
    others: {
      next: async () => {
        renewals++;
        token = cloud.state.bearer;
        return { authorization: `Bearer ${token}`, isRenewed: true };
      },
      opened: () => {},
    },
    ...options,
  });

beforeEach(async () => {
  theirs = memoryTree({ ...FILES, [NFD]: "accents" });
  cloud = await startDavCloud(theirs);
  client = createGuardedClient({ allowHosts: [{ host: "dav.localhost", address: "127.0.0.1" }] });
  token = "first";
  renewals = 0;
  remote = open();
});
afterEach(async () => {
  await cloud.stop();
  await client.close();
});

const bytes = (content: string | Buffer) => Readable.from([Buffer.from(content)]);
const namesIn = async (tree: Tree, path: string[] = []) => (await tree.list(path)).items.map(({ name }) => name);
const contentOf = async (tree: Tree, path: string[]) => text((await tree.read(path)).body);

describe("a share on another cloud", () => {
  it("lists folders first, then names as people count, byte for byte", async () => {
    expect(await namesIn(remote)).toEqual(["sub", "file 2.txt", "file 10.txt", "hello.txt", NFD]);
    expect(await contentOf(remote, [NFD])).toBe("accents");
  });

  it("describes what stands there", async () => {
    const entry = await remote.stat(["hello.txt"]);
    const original = await theirs.stat(["hello.txt"]);

    expect(entry).toMatchObject({
      ...{ name: "hello.txt", kind: "file", size: 11, mediaType: "text/plain", canWrite: true },
      etag: original.etag,
    });
    expect(entry.id).not.toContain(original.id);
    expect((await remote.list([])).items).toContainEqual(entry);
    expect((await remote.read(["hello.txt"])).entry).toEqual(entry);
    expect(await remote.stat([])).toMatchObject({ name: "From bob", kind: "folder", size: 0, mediaType: null });
  });

  it("keeps the id of what moves", async () => {
    const { id } = await remote.stat(["hello.txt"]);

    expect((await remote.move(["hello.txt"], ["sub", "hi.txt"])).id).toBe(id);
  });

  it("goes through pages with one question, and asks anew for every first page", async () => {
    const questions = () => cloud.seen.filter(({ method }) => method === "PROPFIND").length;
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await open().list([], { after, limit: 2 });
      names.push(...page.items.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after);

    expect(names).toEqual(["sub", "file 2.txt", "file 10.txt", "hello.txt", NFD]);
    expect(questions()).toBe(1);
    await theirs.remove(["hello.txt"]);
    expect(await namesIn(remote)).not.toContain("hello.txt");
    expect(questions()).toBe(2);
  });

  it("does not show a kept listing to whoever has another token", async () => {
    const { next } = await remote.list([], { limit: 2 });
    cloud.state.bearer = "other";

    token = "wrong";
    const other = open({ getAuthorization: async () => `Bearer ${token}`, others: undefined });

    await expect(other.list([], { after: next ?? "" })).rejects.toMatchObject({ code: "PEER_REFUSED" });
  });

  it.each([
    [{ first: 6 }, "world", { start: 6, end: 10 }],
    [{ first: 0, last: 4 }, "hello", { start: 0, end: 4 }],
    [{ suffix: 3 }, "rld", { start: 8, end: 10 }],
    [{ first: 0, last: 999 }, "hello world", { start: 0, end: 10 }],
  ])("reads the range %j", async (range, content, span) => {
    const read = await remote.read(["hello.txt"], { range });

    expect(read.range).toEqual(span);
    expect(read.entry.size).toBe(11);
    expect(await text(read.body)).toBe(content);
  });

  it("refuses a range that is not there", async () => {
    await expect(remote.read(["hello.txt"], { range: { first: 11 } })).rejects.toMatchObject({ code: "RANGE_INVALID" });
  });

  it("writes, replaces on condition, and tells what it found", async () => {
    const first = await remote.write(["new.txt"], bytes("one"), { size: 3, ifAbsent: true });
    const second = await remote.write(["new.txt"], bytes("three"), { ifMatch: first.entry.etag });

    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.entry).toEqual(await remote.stat(["new.txt"]));
    expect(await contentOf(theirs, ["new.txt"])).toBe("three");
    const again = remote.write(["new.txt"], bytes("x"), { size: 1, ifAbsent: true });
    await expect(again).rejects.toMatchObject({ status: 409, code: "NAME_TAKEN" });
    const late = remote.write(["new.txt"], bytes("x"), { ifMatch: first.entry.etag });
    await expect(late).rejects.toMatchObject({ status: 412, code: "ETAG_MISMATCH" });
    await expect(remote.write(["no", "where"], bytes("x"), { size: 1 })).rejects.toMatchObject({
      code: "NODE_NOT_FOUND",
    });
    expect(cloud.seen.findLast(({ method }) => method === "PUT")?.headers["content-length"]).toBe("1");
  });

  it("sends a large upload as a stream of the announced length", async () => {
    const body = Buffer.alloc(3_000_000, "a");

    const { entry } = await remote.write(["big.bin"], Readable.from([body]), { size: body.length });

    expect(entry.size).toBe(body.length);
    expect(cloud.seen.find(({ method }) => method === "PUT")?.headers["content-length"]).toBe("3000000");
  });

  it("leaves nothing there of bytes that are not those that were announced", async () => {
    const small = Buffer.from("small");
    const large = Buffer.alloc(3_000_000, 7);
    const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

    for (const content of [small, large]) {
      const wrong = { size: content.length, sha256: sha256(Buffer.from("other")) };
      const writing = remote.write(["checked.bin"], bytes(content), wrong);
      await expect(writing).rejects.toMatchObject({ code: "CHECKSUM_MISMATCH" });
      expect(await namesIn(theirs)).not.toContain("checked.bin");
    }
    const right = { size: large.length, sha256: sha256(large) };
    expect((await remote.write(["checked.bin"], bytes(large), right)).entry.size).toBe(large.length);
  });

  it("fails an upload whose source breaks with that very reason, and leaves nothing", async () => {
    const source = new PassThrough();
    source.write(Buffer.alloc(1_000_000));
    setTimeout(() => source.destroy(new Error("the browser went away")), 100);

    await expect(remote.write(["cut.bin"], source)).rejects.toThrow("the browser went away");
    expect(await namesIn(theirs)).not.toContain("cut.bin");
  });

  it("leaves the source of a refused upload alone: an answer may still have to go back over it", async () => {
    const source = new PassThrough();
    source.write(Buffer.alloc(500_000));
    theirs.write = async () => {
      throw new AppError(507, "QUOTA_EXCEEDED", "Full.");
    };

    await expect(remote.write(["big.bin"], source)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect(source.destroyed).toBe(false);
  });

  it("makes, moves, copies and removes", async () => {
    expect(await remote.makeFolder(["new"])).toMatchObject({ kind: "folder", name: "new" });
    await remote.copy(["sub"], ["new", "copy"]);
    await remote.move(["file 2.txt"], ["new", "two.txt"]);
    await remote.remove(["sub"]);

    expect(await namesIn(theirs, ["new"])).toEqual(["copy", "two.txt"]);
    expect(await contentOf(theirs, ["new", "copy", "inner.txt"])).toBe("inner");
    expect(await namesIn(theirs)).not.toContain("sub");
    await expect(remote.makeFolder(["new"])).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(remote.move(["new"], ["hello.txt"])).rejects.toMatchObject({ code: "NAME_TAKEN" });
    await expect(remote.remove(["none"])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    expect(await remote.move(["new", "two.txt"], ["hello.txt"], { overwrite: true })).toMatchObject({ size: 3 });
  });

  it("is read only to a viewer, without asking", async () => {
    const viewer = open({ canWrite: false });
    const asked = cloud.seen.length;

    await expect(viewer.write(["x"], bytes("x"), { size: 1 })).rejects.toMatchObject({ code: "READ_ONLY" });
    await expect(viewer.remove(["hello.txt"])).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(cloud.seen).toHaveLength(asked);
    expect((await viewer.stat(["hello.txt"])).canWrite).toBe(false);
  });

  it("believes the owner who took the right to write back", async () => {
    await cloud.stop();
    cloud = await startDavCloud(memoryTree(FILES, { canWrite: false }));
    remote = open();

    expect((await remote.stat(["hello.txt"])).canWrite).toBe(false);
    await expect(remote.remove(["hello.txt"])).rejects.toMatchObject({ status: 403, code: "READ_ONLY" });
  });

  it("may be one file", async () => {
    await cloud.stop();
    cloud = await startDavCloud(memoryTree({ "": "lone" }));
    remote = open({ resourceKind: "file", name: "lone.md" });

    expect(await remote.stat([])).toMatchObject({ name: "lone.md", kind: "file", size: 4, mediaType: "text/markdown" });
    expect(await contentOf(remote, [])).toBe("lone");
    expect((await remote.write([], bytes("new!!"), { size: 5 })).created).toBe(false);
    await expect(remote.list([])).rejects.toMatchObject({ code: "NOT_A_FOLDER" });
    await expect(remote.stat(["lone.md"])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
  });

  it.each([[".."], ["a/b"], [""], ["a\u0000b"]])("never asks for the name %j", async (name) => {
    await expect(remote.read([name, "1"])).rejects.toMatchObject({ status: 400, code: "NAME_INVALID" });
    await expect(remote.move(["hello.txt"], [name])).rejects.toMatchObject({ code: "NAME_INVALID" });
    expect(cloud.seen).toEqual([]);
  });
});

describe("an access token that ended", () => {
  beforeEach(() => {
    cloud.state.bearer = "second";
  });

  it("is renewed once, and the question repeated", async () => {
    expect((await remote.stat(["hello.txt"])).size).toBe(11);
    expect(await contentOf(remote, ["hello.txt"])).toBe("hello world");
    expect(renewals).toBe(1);
  });

  it.each([
    ["small, known", 10, true],
    ["large, known", 1_000_000, true],
    ["of unknown size", 1_000_000, false],
  ])("does not lose an upload that is %s", async (_name, size, isKnown) => {
    await remote.write(["up.bin"], bytes(Buffer.alloc(size)), isKnown ? { size } : {});

    expect((await theirs.stat(["up.bin"])).size).toBe(size);
    expect(renewals).toBe(1);
  });

  it("of a large file that took longer to send than an answer may take is renewed, also where its root cannot be looked at", async () => {
    cloud.state.misbehave = (request, answer) => {
      const status = request.method === "PUT" ? 401 : request.url?.endsWith("up.bin") ? 404 : 405;
      request.resume().on("end", () => answer.writeHead(status).end());
    };
    async function* slowly() {
      await sleep(250);
      yield Buffer.alloc(1_000_000);
    }

    const writing = open({ firstByteMs: 200 }).write(["up.bin"], Readable.from(slowly()), { size: 1_000_000 });

    await expect(writing).rejects.toMatchObject({ code: "PEER_BUSY", retryAfter: 1 });
    expect(renewals).toBe(1);
  });

  it("gives way to what is heard only where it opens the share, if it is of another kind", async () => {
    cloud.state.misbehave = ({ headers }, answer) => {
      answer.writeHead(headers.authorization === "Basic other" ? 404 : 401).end();
    };
    const others = {
      opened: () => {},
      next: async (refused: string[]) => left.find((one) => !has(refused, one)) ?? null,
    };
    const has = (refused: string[], { authorization }: { authorization: string }) => refused.includes(authorization);
    const left = ["Basic other", "Bearer last"].map((authorization) => ({ authorization, isRenewed: false }));

    await expect(open({ others }).stat([])).rejects.toMatchObject({ code: "PEER_REFUSED" });

    expect(cloud.seen).toHaveLength(4); // the one that was not refused is tried at the root as well
  });

  it("and cannot be renewed is said plainly", async () => {
    const authorization = "Bearer never";
    const others = { next: async () => ({ authorization, isRenewed: true }), opened: () => {} };
    const shut = open({ getAuthorization: async () => authorization, others });

    await expect(shut.stat([])).rejects.toMatchObject({ status: 502, code: "PEER_REFUSED", message: /dav\.localhost/ });
    expect(cloud.seen).toHaveLength(1); // the same is not shown twice
  });
});

const multistatus = (...responses: string[]) => `<d:multistatus xmlns:d="DAV:">${responses.join("")}</d:multistatus>`;
const response = (href: string, props = "<d:resourcetype/><d:getcontentlength>1</d:getcontentlength>") =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const SELF = response("/dav/ocm/1/", "<d:resourcetype><d:collection/></d:resourcetype>");

function answerWith(status: number, body: string | Buffer = "", headers: Record<string, string | number> = {}): void {
  cloud.state.misbehave = (request, answer) => {
    request.resume();
    answer.writeHead(status, headers).end(body);
  };
}

describe("another cloud that lies", () => {
  it("adds nothing to a folder but names that stand right in it", async () => {
    const lies = [
      "https://evil.example.org/dav/ocm/1/a",
      "http://dav.localhost:1/dav/ocm/1/a",
      "//evil.example.org/dav/ocm/1/a",
      "/dav/ocm/2/a",
      "/dav/ocm/1/sub/a",
      "/dav/ocm/1/../2/a",
      "/dav/ocm/1/..",
      "/dav/ocm/1/%2e%2e",
      "/dav/ocm/1/%2e%2e%2fa",
      "/dav/ocm/1/a%5Cb",
      "/dav/ocm/1/a%00b",
      "/dav/ocm/1/%E2%80%AEgpj.exe",
      "/dav/ocm/1/%FF",
      `/dav/ocm/1/${"x".repeat(256)}`,
      "/",
      "",
      "relative.txt",
      "javascript:alert(1)",
    ];
    const good = [`http://${cloud.provider}/dav/ocm/1/one.txt`, "/dav/ocm/./1//two.txt"];
    answerWith(207, multistatus(SELF, ...lies.map((href) => response(href)), ...good.map((href) => response(href))));

    expect(await namesIn(remote)).toEqual(["one.txt", "two.txt"]);
  });

  it("about properties is taken as far as it makes sense", async () => {
    const odd =
      '<d:resourcetype/><d:getcontentlength>-5</d:getcontentlength><d:getetag>W/"1"</d:getetag>' +
      "<d:getlastmodified>long ago</d:getlastmodified><d:getcontenttype>text/html</d:getcontenttype>";
    answerWith(207, multistatus(SELF, response("/dav/ocm/1/x.png", odd), response("/dav/ocm/1/none", "")));

    const { items } = await remote.list([]);

    expect(items).toEqual([
      expect.objectContaining({ name: "none", kind: "file", size: 0 }),
      expect.objectContaining({ name: "x.png", size: 0, mediaType: "image/png", modifiedAt: new Date(0) }),
    ]);
    expect(items[1]?.etag).toMatch(/^~[\w-]+$/);
  });

  it("about ids cannot make two things one", async () => {
    const same = '<o:id xmlns:o="http://owncloud.org/ns">7</o:id>';
    answerWith(207, multistatus(SELF, response("/dav/ocm/1/a", same), response("/dav/ocm/1/b", same)));

    const [a, b] = (await remote.list([])).items;

    expect(a?.id).not.toBe(b?.id);
  });

  it("that the listed thing is a file is told so", async () => {
    answerWith(207, multistatus(response("/dav/ocm/1/sub")));

    await expect(remote.list(["sub"])).rejects.toMatchObject({ code: "NOT_A_FOLDER" });
  });

  it.each([
    ["less than it announced", 207, multistatus(SELF).slice(0, -5), "PEER_FAILED"],
    ["a page for people", 207, "<!DOCTYPE html><title>Hi</title>", "PEER_FAILED"],
    ["a success that is none", 200, "hello", "PEER_FAILED"],
    ["another address", 301, "", "PEER_REDIRECTED"],
  ])("and answers with %s is refused", async (_name, status, body, code) => {
    answerWith(status, body, status === 301 ? { location: "http://127.0.0.1/" } : {});

    await expect(remote.list([])).rejects.toMatchObject({ status: 502, code });
    expect(cloud.seen).toHaveLength(1);
  });

  it("about an etag that it gives weakly is still held to it", async () => {
    const etag = '<d:resourcetype/><d:getetag>W/"1"</d:getetag>';
    let isPut = false;
    cloud.state.misbehave = (request, answer) => {
      request.resume();
      isPut ||= request.method === "PUT";
      if (request.method === "PUT") answer.writeHead(204).end();
      else answer.writeHead(207).end(multistatus(response("/dav/ocm/1/x", isPut ? etag.replace("1", "2") : etag)));
    };
    const old = await remote.stat(["x"]);

    const written = await remote.write(["x"], bytes("new"), { ifMatch: old.etag, size: 3 });

    expect(written.entry.etag).not.toBe(old.etag);
    const late = remote.write(["x"], bytes("late"), { ifMatch: old.etag, size: 4 });
    await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
  });
});

describe("another cloud that sends a file wrongly", () => {
  const chunked = (props: string, body: string) => {
    cloud.state.misbehave = (request, answer) => {
      request.resume();
      if (request.method === "GET") answer.writeHead(200).write(body, () => answer.end());
      else answer.writeHead(207).end(multistatus(response("/dav/ocm/1/x", props)));
    };
  };

  it("without a length is asked for it, and must then keep to it", async () => {
    const ten = "<d:resourcetype/><d:getcontentlength>10</d:getcontentlength>";
    chunked(ten, "0123456789");
    const read = await remote.read(["x"]);
    expect(read.entry.size).toBe(10);
    expect(await text(read.body)).toBe("0123456789");

    chunked(ten, "0123456789 and a second answer");
    await expect(remote.read(["x"]).then(({ body }) => text(body))).rejects.toThrow(/more than it announced/);

    chunked(ten, "01234");
    await expect(remote.read(["x"]).then(({ body }) => text(body))).rejects.toThrow(/less than it announced/);
  });

  it.each([
    ["bytes 0-3/11", "from the beginning"],
    ["bytes 6-9/11", "less of it"],
    ["nonsense", "of no place"],
    ["bytes 6-10/11", "of another length than its range", "wo"],
  ])("%s: %s, is refused", async (contentRange, _name, body = "worl") => {
    answerWith(206, body, { "content-range": contentRange, "content-length": body.length });

    const reading = remote.read(["x"], { range: { first: 6 } });

    await expect(reading).rejects.toMatchObject({ code: "PEER_FAILED" });
  });

  it("whole though a part was asked gives the whole", async () => {
    answerWith(200, "hello world", { "content-length": 11 });

    const read = await remote.read(["x"], { range: { first: 6 } });

    expect(read.range).toBeNull();
    expect(await text(read.body)).toBe("hello world");
  });

  it("and dies in the middle breaks what is read", async () => {
    cloud.state.misbehave = (_request, answer) => {
      answer.writeHead(200, { "content-length": 1000 }).write("begun", () => answer.destroy());
    };

    const { body } = await remote.read(["x"]);

    await expect(text(body)).rejects.toThrow();
  });

  describe("and breaks off, but names what it sends", () => {
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const asked = () =>
      cloud.seen.filter(({ method }) => method === "GET").map(({ headers }) => headers.range ?? "all");
    let etag = "";
    beforeEach(async () => {
      ({ etag } = (await theirs.write(["big.bin"], bytes(content), {})).entry);
    });

    /** Each of the first answers ends after so many bytes. */
    const breakAfter = (...counts: number[]) => {
      cloud.state.misbehave = (request, answer) => {
        const count = counts.shift();
        if (counts.length === 0) cloud.state.misbehave = undefined;
        const first = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
        const rest = content.subarray(first);
        const head = { "content-length": rest.length, etag: `"${etag}"` };
        const range = `bytes ${first}-${content.length - 1}/${content.length}`;
        if (request.headers.range) answer.writeHead(206, { ...head, "content-range": range });
        else answer.writeHead(200, head);
        answer.write(rest.subarray(0, count), () => answer.destroy());
      };
    };

    it("is asked for the rest, without its reader's noticing", async () => {
      breakAfter(100_000, 50_000);

      const { body, entry } = await remote.read(["big.bin"]);

      expect((await buffer(body)).equals(content)).toBe(true);
      expect(entry.size).toBe(content.length);
      expect(asked()).toHaveLength(3);
      expect(cloud.seen.at(-1)?.headers["if-match"]).toBe(`"${etag}"`);
    });

    it("is asked for the rest of a part, and for no more", async () => {
      breakAfter(1_000);

      const { body, range } = await remote.read(["big.bin"], { range: { first: 200_000 } });

      expect((await buffer(body)).equals(content.subarray(200_000))).toBe(true);
      expect(range).toEqual({ start: 200_000, end: 299_999 });
      expect(asked()).toEqual(["bytes=200000-", "bytes=201000-299999"]);
    });

    it("is not mixed with what has taken its place", async () => {
      breakAfter(100_000);
      const { body } = await remote.read(["big.bin"]);
      await theirs.write(["big.bin"], bytes(Buffer.alloc(300_000)), {});

      await expect(buffer(body)).rejects.toThrow();
      expect(asked()).toHaveLength(2);
    });

    it("is not asked for ever", async () => {
      breakAfter(...Array.from({ length: 20 }, () => 10));
      const { body } = await remote.read(["big.bin"]);

      await expect(buffer(body)).rejects.toThrow();
      expect(asked()).toHaveLength(5);
    }, 20_000);

    it("is not asked again once its reader has gone", async () => {
      breakAfter(100_000);
      const stop = new AbortController();
      const { body } = await remote.read(["big.bin"], { signal: stop.signal });
      const closed = new Promise((resolve) => body.on("error", () => {}).once("close", resolve));
      stop.abort();

      await closed;
      expect(asked()).toHaveLength(1);
    });
  });

  it("is left as soon as the reader goes", async () => {
    let left: Promise<unknown> = Promise.resolve();
    cloud.state.misbehave = (_request, answer) => {
      left = once(answer, "close");
      answer.writeHead(200, { "content-length": 10_000_000 }).write(Buffer.alloc(100_000));
    };
    const leaving = new AbortController();
    const { body } = await remote.read(["x"], { signal: leaving.signal });
    await once(body, "readable");

    body.destroy();

    await left;
  });
});

describe("another cloud that fails", () => {
  it.each([
    [404, "NODE_NOT_FOUND", 404],
    [403, "PEER_FORBIDS", 502],
    [429, "PEER_BUSY", 503],
    [503, "PEER_BUSY", 503],
    [500, "PEER_FAILED", 502],
    [418, "PEER_FAILED", 502],
  ])("with %i to a look says %s", async (answered, code, status) => {
    answerWith(answered, "", { "retry-after": 7 });

    const failure = await remote.stat(["x"]).catch((error) => error);

    expect(failure).toMatchObject({ code, status });
    expect(failure.message).toContain(cloud.provider);
    expect(failure.retryAfter).toBe(status === 503 ? 7 : undefined);
  });

  it.each([
    [403, "READ_ONLY", 403],
    [409, "NODE_NOT_FOUND", 404],
    [412, "ETAG_MISMATCH", 412],
    [413, "FILE_TOO_LARGE", 413],
    [423, "LOCKED", 423],
    [507, "QUOTA_EXCEEDED", 507],
    [502, "PEER_FAILED", 502],
  ])("with %i to a change says %s", async (answered, code, status) => {
    answerWith(answered);

    await expect(remote.write(["x"], bytes("x"), { size: 1 })).rejects.toMatchObject({ code, status });
  });

  it.each(["nonsense", "-5", "99999999", new Date(Date.now() + 60_000).toUTCString()])(
    "keeps patience within reason when it asks for %j",
    async (retryAfter) => {
      answerWith(503, "", { "retry-after": retryAfter });

      const { retryAfter: seconds } = await remote.stat([]).catch((error) => error);

      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(3600);
    },
  );

  it("to be there is said with its name", async () => {
    await cloud.stop();

    await expect(remote.stat([])).rejects.toMatchObject({
      status: 502,
      code: "PEER_UNREACHABLE",
      message: /dav\.localhost/,
    });
  });

  it("to answer within ten seconds is waited for no longer", async () => {
    cloud.state.misbehave = () => {};
    const limits: number[] = [];
    const impatient = open({
      client: {
        stream(url, options) {
          limits.push(options?.headersTimeoutMs ?? 0);
          return client.stream(url, { ...options, headersTimeoutMs: 300 });
        },
      },
    });

    await expect(impatient.read(["hello.txt"])).rejects.toMatchObject({ status: 504, code: "PEER_TIMEOUT" });
    await expect(impatient.list([])).rejects.toMatchObject({ status: 504, code: "PEER_TIMEOUT" });
    expect(limits.map((limit) => Math.round(limit / 1000))).toEqual([10, 10]);
  });

  it("to end a listing is waited for a minute", async () => {
    const limit = vi.spyOn(AbortSignal, "timeout");
    limit.mockReturnValueOnce(AbortSignal.abort(new DOMException("Too late.", "TimeoutError")));

    await expect(remote.list([])).rejects.toMatchObject({ status: 504, code: "PEER_TIMEOUT" });
    expect(limit.mock.calls[0]).toEqual([60_000]);
  });

  it("to describe one thing is waited for ten seconds, and a megabyte", async () => {
    const limit = vi.spyOn(AbortSignal, "timeout");
    limit.mockReturnValueOnce(AbortSignal.abort(new DOMException("Too late.", "TimeoutError")));
    await expect(remote.stat([])).rejects.toMatchObject({ status: 504, code: "PEER_TIMEOUT" });
    expect(limit).toHaveBeenLastCalledWith(10_000);

    const endless = "<x/>".repeat(300_000);
    cloud.state.misbehave = (_request, response) =>
      void response.writeHead(207).end(`<d:multistatus xmlns:d="DAV:">${endless}</d:multistatus>`);
    await expect(remote.stat([])).rejects.toMatchObject({ code: "PEER_FAILED" });
    await expect(remote.list([])).resolves.toMatchObject({ items: [] });
  });

  it("to list is asked for two folders at a time at most", async () => {
    const held: (() => void)[] = [];
    cloud.state.misbehave = (_request, response) =>
      void held.push(() => response.writeHead(207).end('<d:multistatus xmlns:d="DAV:"/>'));

    const lists = Promise.all(Array.from({ length: 5 }, () => remote.list([])));
    await expect.poll(() => held.length).toBe(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(cloud.seen).toHaveLength(2);

    for (let answered = 0; answered < 5; answered++) {
      await expect.poll(() => held.length).toBeGreaterThan(answered);
      held[answered]?.();
    }
    expect(await lists).toHaveLength(5);
  });

  it("to answer is left when the person stops waiting", async () => {
    cloud.state.misbehave = () => {};
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(), 100);

    await expect(remote.read(["hello.txt"], { signal: waiting.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("at an address that is not excepted is never reached", async () => {
    const elsewhere = open({ baseUrl: cloud.baseUrl.replace("dav.localhost", "127.0.0.1") });

    await expect(elsewhere.stat([])).rejects.toMatchObject({ code: "PEER_ADDRESS_REFUSED" });
    expect(cloud.seen).toEqual([]);
  });
});
