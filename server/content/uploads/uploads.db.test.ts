import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import net from "node:net";
import path from "node:path";
import { encode } from "next-auth/jwt";
import * as tus from "tus-js-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { config } from "@/lib/core/config";
import { db, pool } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { takeLock } from "@/lib/files/locks";
import { ownTree } from "@/lib/files/own-tree";
import { sweepUploads } from "@/lib/files/uploads/sweep-uploads";
import { getUsage } from "@/lib/files/usage";
import { listVersions } from "@/lib/files/versions";
import { cookieName, cookieSecret } from "@/lib/http/session-cookie";
import { stopLive } from "@/lib/notices/live";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSite } from "@/lib/sites/sites";
import { dispatcher } from "@/server/dispatch";
import { makeAppPassword, makeUser } from "@/tests/make";
import { contentOf, makeFile, namesIn } from "@/tests/make-files";

const server = http.createServer(dispatcher(async (_req, res) => void res.writeHead(404).end()));
let address: string;
let alice: SessionPrincipal;
let headers: Record<string, string>;

const TUS = { "tus-resumable": "1.0.0" };
const BYTES = { "content-type": "application/offset+octet-stream" };

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stopLive();
});
const signedIn = async (user: SessionPrincipal) => {
  const site = await getSite(user.siteId);
  const token = await encode({ token: { sid: user.sessionId }, secret: cookieSecret(site) });
  return { cookie: `${cookieName(site, "session")}=${token}`, "sec-fetch-site": "same-origin" };
};
beforeEach(async () => {
  alice = await makeUser();
  headers = await signedIn(alice);
});

const ask = (url: string, init: RequestInit = {}) =>
  fetch(new URL(url, address), { ...init, headers: { ...headers, ...TUS, ...init.headers } });
const metadataOf = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
const create = (length: number, fields: Record<string, string> = { path: "/a.bin" }, init: RequestInit = {}) =>
  ask("/content/uploads", {
    method: "POST",
    ...init,
    headers: { "upload-length": String(length), "upload-metadata": metadataOf(fields), ...init.headers },
  });
const begin = async (...asked: Parameters<typeof create>) => (await create(...asked)).headers.get("location") ?? "";
const patch = (url: string, offset: number, body: BodyInit, more: Record<string, string> = {}) =>
  ask(url, { method: "PATCH", body, headers: { ...BYTES, "upload-offset": String(offset), ...more } });
const offsetOf = async (url: string) => Number((await ask(url, { method: "HEAD" })).headers.get("upload-offset"));
const codeOf = async (response: Response) => [response.status, (await response.json()).code];
const usedBy = async (user: SessionPrincipal) => (await getUsage(user)).used;
const partFiles = () => {
  const folder = path.join(config().dataDir, "uploads", alice.siteId);
  return existsSync(folder) ? readdirSync(folder) : [];
};

/** As the browser does it. */
const upload = (bytes: Buffer, options: tus.UploadOptions = {}) =>
  new Promise<string>((resolve, reject) => {
    new tus.Upload(bytes, {
      endpoint: `${address}/content/uploads`,
      headers,
      metadata: { path: "/big.bin" },
      retryDelays: null,
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("content-location") ?? ""),
      onError: reject,
      ...options,
    }).start();
  });

describe("a resumable upload", () => {
  it("makes a file of what comes in several requests, and leaves nothing else", async () => {
    const bytes = randomBytes(300_000);

    const location = await upload(bytes, { chunkSize: 100_000 });

    expect(location).toBe("/content/files?path=%2Fbig.bin");
    const got = Buffer.from(await (await ask(location)).arrayBuffer());
    expect(got.equals(bytes)).toBe(true);
    expect(partFiles()).toEqual([]);
    expect(await usedBy(alice)).toBe(bytes.length);
  });

  it("is put together of parts that came one beside the other", async () => {
    const bytes = randomBytes(1_000_003);

    await upload(bytes, { chunkSize: 100_000, parallelUploads: 3 });

    const got = Buffer.from(await (await ask("/content/files?path=/big.bin")).arrayBuffer());
    expect(got.equals(bytes)).toBe(true);
    expect(partFiles()).toEqual([]);
    expect(await usedBy(alice)).toBe(bytes.length);
  });

  it("says what it speaks to anyone, and wants its version named", async () => {
    const options = await fetch(`${address}/content/uploads`, { method: "OPTIONS" });
    const unversioned = await ask("/content/uploads", { method: "POST", headers: { "tus-resumable": "0.2.2" } });

    expect(options.status).toBe(204);
    expect(options.headers.get("tus-version")).toBe("1.0.0");
    expect(options.headers.get("tus-extension")).toBe(
      "creation,creation-with-upload,expiration,checksum,termination,concatenation",
    );
    expect(unversioned.headers.get("tus-version")).toBe("1.0.0");
    expect(await codeOf(unversioned)).toEqual([412, "TUS_VERSION_UNSUPPORTED"]);
  });

  it("tells what it has, until when it is kept, and what was said of it", async () => {
    const url = await begin(10, { path: "/a.bin", note: "x" });
    await patch(url, 0, "01234");

    const head = await ask(url, { method: "HEAD" });

    expect(Object.fromEntries(head.headers)).toMatchObject({
      "tus-resumable": "1.0.0",
      "upload-offset": "5",
      "upload-length": "10",
      "upload-metadata": metadataOf({ path: "/a.bin", note: "x" }),
      "cache-control": "no-store",
    });
    expect(new Date(head.headers.get("upload-expires") ?? "").getTime()).toBeGreaterThan(Date.now());
  });

  it("may bring its first bytes when it begins, and all of them", async () => {
    const begun = await create(6, { path: "/a.txt" }, { body: "abc", headers: BYTES });
    const whole = await create(3, { path: "/b.txt" }, { body: "all", headers: BYTES });
    const empty = await create(0, { path: "/empty" });
    await patch(begun.headers.get("location") ?? "", 3, "def");

    expect([begun.status, begun.headers.get("upload-offset")]).toEqual([201, "3"]);
    expect([whole.status, empty.status]).toEqual([201, 201]);
    expect(await contentOf(ownTree(alice), "/a.txt")).toBe("abcdef");
    expect(await contentOf(ownTree(alice), "/b.txt")).toBe("all");
    expect(await contentOf(ownTree(alice), "/empty")).toBe("");
  });

  it("keeps what came of a request that broke off, and goes on there", async () => {
    const url = await begin(1_000_000);
    const socket = net.connect(Number(new URL(address).port), "127.0.0.1");
    const more = { ...headers, ...TUS, ...BYTES, "upload-offset": "0", "content-length": "1000000", host: "x" };
    const lines = [`PATCH ${url} HTTP/1.1`, ...Object.entries(more).map(([name, value]) => `${name}: ${value}`)];
    socket.write(`${lines.join("\r\n")}\r\n\r\n${"x".repeat(200_000)}`);
    const written = () =>
      statSync(path.join(config().dataDir, "uploads", alice.siteId, url.split("/").at(-1) ?? "")).size;
    await vi.waitFor(() => expect(written()).toBe(200_000));
    socket.destroy();

    expect(await offsetOf(url)).toBe(200_000);
    await patch(url, 200_000, "y".repeat(800_000));

    const content = await contentOf(ownTree(alice), "/a.bin");
    expect(content === "x".repeat(200_000) + "y".repeat(800_000)).toBe(true);
  });

  it("goes on although the request that wrote to it last hangs still", async () => {
    const url = await begin(10);
    const hanging = http.request(new URL(url, address), {
      method: "PATCH",
      headers: { ...headers, ...TUS, ...BYTES, "upload-offset": 0, "content-length": 10 },
    });
    const answer = new Promise<number | undefined>((resolve) =>
      hanging.once("response", (response) => resolve(response.statusCode)),
    );
    hanging.write("01234");
    await vi.waitFor(async () => expect(await db().resumableUpload.count({ where: { turn: { not: null } } })).toBe(1));

    const offset = await offsetOf(url);
    const went = await patch(url, offset, "0123456789".slice(offset));

    expect(went.status).toBe(204);
    expect(await answer).toBe(409);
    hanging.destroy();
    expect(await contentOf(ownTree(alice), "/a.bin")).toBe("0123456789");
  });

  it("takes bytes only where it ended, and no more than it was said to have", async () => {
    const url = await begin(5);
    await patch(url, 0, "01");

    expect(await codeOf(await patch(url, 0, "01"))).toEqual([409, "OFFSET_MISMATCH"]);
    expect(await codeOf(await patch(url, 2, "2345"))).toEqual([413, "UPLOAD_TOO_LONG"]);
    expect(await codeOf(await patch(url, 2, "2", { "content-type": "text/plain" }))).toEqual([
      415,
      "BODY_NOT_UNDERSTOOD",
    ]);
    expect(await codeOf(await patch(url, Number.NaN, "2"))).toEqual([400, "HEADER_INVALID"]);
    const unannounced = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from("2345"));
        controller.close();
      },
    });
    const streamed = await ask(url, {
      method: "PATCH",
      body: unannounced,
      duplex: "half",
      headers: { ...BYTES, "upload-offset": "2" },
    } as RequestInit);
    expect(await codeOf(streamed)).toEqual([413, "UPLOAD_TOO_LONG"]);
    expect(await offsetOf(url)).toBe(2);
  });

  it("keeps nothing of bytes with another checksum", async () => {
    const url = await begin(6);
    const sum = (algorithm: string, text: string) =>
      `${algorithm} ${createHash(algorithm).update(text).digest("base64")}`;

    const wrong = await patch(url, 0, "abc", { "upload-checksum": sum("sha256", "abd") });
    const unknown = await patch(url, 0, "abc", { "upload-checksum": sum("md5", "abc") });
    const offset = await offsetOf(url);
    const right = await patch(url, 0, "abc", { "upload-checksum": sum("sha256", "abc") });
    const old = await patch(url, 3, "def", { "upload-checksum": sum("sha1", "def") });

    expect(await codeOf(wrong)).toEqual([460, "CHECKSUM_MISMATCH"]);
    expect(await codeOf(unknown)).toEqual([400, "CHECKSUM_UNSUPPORTED"]);
    expect([offset, right.status, old.status]).toEqual([0, 204, 204]);
    expect(await contentOf(ownTree(alice), "/a.bin")).toBe("abcdef");
  });

  it("whose SHA-256 is not the one that was said becomes no file, and is over", async () => {
    const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
    const long = "long ".repeat(2000);

    for (const text of ["short", long]) {
      const url = await begin(text.length, { path: "/a.bin", sha256: sha256("another") });
      expect(await codeOf(await patch(url, 0, text))).toEqual([400, "CHECKSUM_MISMATCH"]);
      expect(await codeOf(await patch(url, text.length - 1, text.slice(-1)))).toEqual([404, "UPLOAD_NOT_FOUND"]);
    }
    expect([await usedBy(alice), partFiles()]).toEqual([0, []]);
    const url = await begin(long.length, { path: "/b.bin", sha256: sha256(long).toUpperCase() });
    await patch(url, 0, long);

    expect(await namesIn(ownTree(alice))).toEqual(["b.bin"]);
  });

  it("is refused before a byte is sent where it cannot become a file", async () => {
    await makeFile(alice, "/taken.txt", "x");
    const codeFor = async (fields: Record<string, string>) => codeOf(await create(5, fields));

    expect(await codeFor({ path: "/taken.txt" })).toEqual([409, "NAME_TAKEN"]);
    expect(await codeFor({ path: "/none/a.txt" })).toEqual([404, "NODE_NOT_FOUND"]);
    expect(await codeFor({ path: "/taken.txt/a.txt" })).toEqual([409, "NOT_A_FOLDER"]);
    expect(await codeFor({ path: "/" })).toEqual([400, "NAME_INVALID"]);
    expect(await codeFor({})).toEqual([400, "VALIDATION_FAILED"]);
    expect(await codeFor({ path: "/a", sha256: "none" })).toEqual([400, "VALIDATION_FAILED"]);
    const unreadable = await create(5, {}, { headers: { "upload-metadata": "path ***" } });
    expect(await codeOf(unreadable)).toEqual([400, "UPLOAD_METADATA_INVALID"]);
    const unknown = await ask("/content/uploads", { method: "POST", headers: { "upload-defer-length": "1" } });
    expect(await codeOf(unknown)).toEqual([400, "LENGTH_REQUIRED"]);
    expect(await db().resumableUpload.count()).toBe(0);
  });

  it("is refused before a byte is sent where a program has locked what it would change", async () => {
    await makeFile(alice, "/open.txt", "x");
    await ownTree(alice).makeFolder(["Work"]);
    const lock = { isDeep: false, isExclusive: true, holder: "", seconds: 60 };
    await takeLock(alice, { ...lock, path: ["open.txt"] });
    await takeLock(alice, { ...lock, path: ["Work"], isDeep: true });

    expect(await codeOf(await create(5, { path: "/open.txt", conflict: "replace" }))).toEqual([423, "LOCKED"]);
    expect(await codeOf(await create(5, { path: "/Work/new.txt" }))).toEqual([423, "LOCKED"]);
    expect(await db().resumableUpload.count()).toBe(0);
    const beside = await begin(1, { path: "/open.txt", conflict: "keep-both" });
    expect((await patch(beside, 0, "y")).status).toBe(204);
  });

  it("for which there is no room is refused before a byte is sent, also beside others that have begun", async () => {
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 1000 } });

    const tooLarge = await create(1001);
    const first = await create(600);
    const second = await create(600, { path: "/b.bin" });
    await ask(first.headers.get("location") ?? "", { method: "DELETE" });
    const third = await begin(600, { path: "/c.bin" });
    await patch(third, 0, "x".repeat(600));

    expect(await codeOf(tooLarge)).toEqual([507, "QUOTA_EXCEEDED"]);
    expect(first.status).toBe(201);
    expect(await codeOf(second)).toEqual([507, "QUOTA_EXCEEDED"]);
    expect(await namesIn(ownTree(alice))).toEqual(["c.bin"]);
    expect(await usedBy(alice)).toBe(600);
  });

  it("can be finished again where that failed, with the bytes it has", async () => {
    await ownTree(alice).makeFolder(["folder"]);
    const url = await begin(6, { path: "/folder/a.txt" });
    await patch(url, 0, "abc");
    await ownTree(alice).move(["folder"], ["elsewhere"]);

    const failed = await patch(url, 3, "def");
    await ownTree(alice).move(["elsewhere"], ["folder"]);
    const offset = await offsetOf(url);
    const again = await patch(url, offset, "f");

    expect(await codeOf(failed)).toEqual([404, "NODE_NOT_FOUND"]);
    expect([offset, again.status]).toEqual([5, 204]);
    expect(await contentOf(ownTree(alice), "/folder/a.txt")).toBe("abcdef");
    expect(await usedBy(alice)).toBe(6);
  });

  it("replaces, keeps both, or asks; and replaces only the version that was meant", async () => {
    const { id, etag } = await makeFile(alice, "/a.txt", "one");
    const send = async (fields: Record<string, string>, text: string) => {
      const url = await begin(text.length, { path: "/a.txt", ...fields });
      return patch(url, 0, text);
    };

    const replaced = await send({ conflict: "replace", ifMatch: etag }, "two");
    const stale = await send({ conflict: "replace", ifMatch: etag }, "three");
    const kept = await send({ conflict: "keep-both" }, "four");

    expect(replaced.status).toBe(204);
    expect(await codeOf(stale)).toEqual([412, "ETAG_MISMATCH"]);
    expect(kept.headers.get("content-location")).toBe(`/content/files?path=${encodeURIComponent("/a (2).txt")}`);
    expect(await contentOf(ownTree(alice), "/a.txt")).toBe("two");
    expect((await listVersions(alice, id)).items).toHaveLength(1);
  });

  it("becomes one file however often it is asked for, and tells which", async () => {
    const parts = await Promise.all(
      ["ab", "cd"].map(async (text) => {
        const url = await begin(2, {}, { headers: { "upload-concat": "partial" } });
        await patch(url, 0, text);
        return url;
      }),
    );
    const join = () =>
      ask("/content/uploads", {
        method: "POST",
        headers: { "upload-concat": `final;${parts.join(" ")}`, "upload-metadata": metadataOf({ path: "/a.txt" }) },
      });

    const answers = await Promise.all([join(), join()]);
    const later = await join();
    const part = await ask(parts[0] ?? "", { method: "HEAD" });
    const whole = await ask(later.headers.get("location") ?? "", { method: "HEAD" });

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set([...answers, later].map((answer) => answer.headers.get("location"))).size).toBe(1);
    expect([part.headers.get("upload-offset"), part.headers.get("upload-concat")]).toEqual(["2", "partial"]);
    expect([whole.headers.get("upload-offset"), whole.headers.get("upload-length")]).toEqual(["4", "4"]);
    expect(await codeOf(await patch(later.headers.get("location") ?? "", 4, "x"))).toEqual([403, "UPLOAD_IS_JOINED"]);
    expect(await namesIn(ownTree(alice))).toEqual(["a.txt"]);
    expect(await contentOf(ownTree(alice), "/a.txt")).toBe("abcd");
  });

  it("is not put together of what is no part, not whole, not there, or used before", async () => {
    const join = (...urls: string[]) =>
      ask("/content/uploads", {
        method: "POST",
        headers: { "upload-concat": `final;${urls.join(" ")}`, "upload-metadata": metadataOf({ path: "/a.txt" }) },
      });
    const part = await begin(2, {}, { headers: { "upload-concat": "partial" } });
    const file = await begin(2, { path: "/b" });

    expect(await codeOf(await join(part))).toEqual([400, "PARTS_INVALID"]);
    await patch(part, 0, "ab");
    expect(await codeOf(await join(part, file))).toEqual([400, "PARTS_INVALID"]);
    expect(await codeOf(await join(part, part))).toEqual([400, "PARTS_INVALID"]);
    expect(await codeOf(await join("https://a.example.org/else"))).toEqual([400, "PARTS_INVALID"]);
    expect(await codeOf(await join(`/content/uploads/${crypto.randomUUID()}`))).toEqual([404, "UPLOAD_NOT_FOUND"]);
    expect((await join(part)).status).toBe(201);
    expect(await codeOf(await join(`${address}${part}`))).toEqual([410, "UPLOAD_GONE"]);
    expect(await codeOf(await create(1, {}, { headers: { "upload-concat": "some" } }))).toEqual([
      400,
      "HEADER_INVALID",
    ]);
  });

  it("is nobody else's to see, to write or to end", async () => {
    const url = await begin(5);
    const part = await begin(0, {}, { headers: { "upload-concat": "partial" } });
    const bob = await makeUser({ site: await getSite(alice.siteId) });
    const bobs = await signedIn(bob);
    const asBob = (method: string, to = url, more = {}) => ask(to, { method, headers: { ...bobs, ...more } });

    expect((await asBob("HEAD")).status).toBe(404);
    expect((await asBob("PATCH", url, { ...BYTES, "upload-offset": "0" })).status).toBe(404);
    expect((await asBob("DELETE")).status).toBe(404);
    const joined = await asBob("POST", "/content/uploads", {
      "upload-concat": `final;${part}`,
      "upload-metadata": metadataOf({ path: "/a" }),
    });
    expect(joined.status).toBe(404);
    expect(await offsetOf(url)).toBe(0);
  });

  it("is refused from another origin and without a session, and taken from a program for files", async () => {
    const foreign = await create(1, { path: "/a" }, { headers: { "sec-fetch-site": "cross-site" } });
    const nobody = await create(1, { path: "/a" }, { headers: { cookie: "" } });
    const send = (authorization: string) =>
      fetch(`${address}/content/uploads`, {
        method: "POST",
        body: "x",
        headers: {
          ...TUS,
          ...BYTES,
          authorization,
          "upload-length": "1",
          "upload-metadata": metadataOf({ path: "/a" }),
        },
      });

    expect(await codeOf(foreign)).toEqual([403, "CROSS_ORIGIN"]);
    expect(await codeOf(nobody)).toEqual([401, "NOT_SIGNED_IN"]);
    expect(await codeOf(await send(await makeAppPassword(alice, ["shares"])))).toEqual([
      403,
      "APP_PASSWORD_NOT_FOR_THIS",
    ]);
    expect((await send(await makeAppPassword(alice, ["files"]))).status).toBe(201);
  });

  it("can be asked for by clients that send GET and POST alone, and by no page of another origin", async () => {
    const url = await begin(2);
    const instead = (method: string, more: RequestInit = {}) =>
      ask(url, { method: "POST", ...more, headers: { "x-http-method-override": method, ...more.headers } });

    const foreign = await instead("DELETE", { headers: { "sec-fetch-site": "cross-site" } });
    const sent = await instead("PATCH", { body: "ab", headers: { ...BYTES, "upload-offset": "0" } });

    expect(await codeOf(foreign)).toEqual([403, "CROSS_ORIGIN"]);
    expect(sent.status).toBe(204);
    expect(await codeOf(await instead("PUT"))).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect((await instead("DELETE")).status).toBe(204);
    expect(await contentOf(ownTree(alice), "/a.bin")).toBe("ab");
  });

  it("ends when its owner says so, and gives its room back", async () => {
    const url = await begin(500);
    await patch(url, 0, "x".repeat(100));
    expect(await usedBy(alice)).toBe(500);

    const ended = await ask(url, { method: "DELETE" });

    expect(ended.status).toBe(204);
    expect((await ask(url, { method: "HEAD" })).status).toBe(404);
    expect([await usedBy(alice), partFiles()]).toEqual([0, []]);
  });

  it("that nobody went on with in time is over, and swept away with its bytes", async () => {
    const url = await begin(500);
    await begin(7, { path: "/kept" });
    await patch(url, 0, "x".repeat(100));
    await db().resumableUpload.updateMany({ where: { length: 500 }, data: { expiresAt: new Date(0) } });

    expect((await ask(url, { method: "HEAD" })).status).toBe(410);
    expect(await codeOf(await patch(url, 100, "x"))).toEqual([410, "UPLOAD_GONE"]);
    await sweepUploads();

    expect((await ask(url, { method: "HEAD" })).status).toBe(404);
    expect([await usedBy(alice), partFiles().length]).toEqual([7, 1]);
  });

  it("whose bytes the disk has lost is over", async () => {
    const url = await begin(500);
    await db().resumableUpload.updateMany({ data: { location: "/x" } });
    await sweepUploads();
    await db().resumableUpload.updateMany({ data: { location: null } });

    expect(await codeOf(await patch(url, 0, "x"))).toEqual([410, "UPLOAD_GONE"]);
  });

  it("is not put together of parts whose bytes the disk has lost", async () => {
    const parts = await Promise.all(
      ["ab", "cd"].map(async (text) => {
        const url = await begin(2, {}, { headers: { "upload-concat": "partial" } });
        await patch(url, 0, text);
        return url;
      }),
    );
    const join = () =>
      ask("/content/uploads", {
        method: "POST",
        headers: { "upload-concat": `final;${parts.join(" ")}`, "upload-metadata": metadataOf({ path: "/a.txt" }) },
      });
    const file = path.join(config().dataDir, "uploads", alice.siteId, parts[1]?.split("/").at(-1) ?? "");

    truncateSync(file, 1);
    const short = await join();
    rmSync(file);

    expect(await codeOf(short)).toEqual([410, "UPLOAD_GONE"]);
    expect(await codeOf(await join())).toEqual([410, "UPLOAD_GONE"]);
    expect(await namesIn(ownTree(alice))).toEqual([]);
  });

  it("of one person is one of a thousand at most", async () => {
    await begin(1);
    const [row] = await db().resumableUpload.findMany();
    const rows = Array.from({ length: 999 }, () => ({ ...(row as NonNullable<typeof row>), id: crypto.randomUUID() }));
    await db().resumableUpload.createMany({ data: rows });

    expect(await codeOf(await create(1, { path: "/b" }))).toEqual([429, "TOO_MANY_UPLOADS"]);
  });

  it("goes into what somebody of the same cloud shares, and counts to its owner there", async () => {
    const bob = await makeUser({ site: await getSite(alice.siteId) });
    const { id: nodeId } = await ownTree(bob).makeFolder(["Plans"]);
    const recipient = { kind: "person", id: alice.userId } as const;
    await sendShare(bob, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
    await acceptShare(alice, (await listReceivedShares(alice)).items[0]?.id ?? "");

    const url = await begin(5, { path: "/Plans/a.txt" });
    await patch(url, 0, "Hello");

    expect(await contentOf(ownTree(bob), "/Plans/a.txt")).toBe("Hello");
    expect([await usedBy(alice), await usedBy(bob)]).toEqual([0, 5]);
  });

  it("counts to its sender until it has arrived where somebody else pays for it", async () => {
    const bob = await makeUser({ site: await getSite(alice.siteId) });
    const { id: nodeId } = await ownTree(bob).makeFolder(["Plans"]);
    const recipient = { kind: "person", id: alice.userId } as const;
    await sendShare(bob, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
    await acceptShare(alice, (await listReceivedShares(alice)).items[0]?.id ?? "");
    const url = await begin(5, { path: "/Plans/a.txt" });

    await whileHeld(bob, async (waiting) => {
      const sent = patch(url, 0, "Hello");
      await vi.waitFor(async () => expect(await waiting()).toBe(1));
      expect(await usedBy(alice)).toBe(5);
      return [sent];
    });

    expect([await usedBy(alice), await usedBy(bob)]).toEqual([0, 5]);
  });

  it("becomes a file after two others of the same person, and beside those of another", async () => {
    const bobs = await signedIn(await makeUser({ site: await getSite(alice.siteId) }));
    const urls = await Promise.all(["/a", "/b", "/c", "/d"].map((path) => begin(1, { path })));
    const ofBob = await begin(1, { path: "/a" }, { headers: bobs });

    await whileHeld(alice, async (waiting) => {
      const sent = urls.map((url) => patch(url, 0, "x"));
      await vi.waitFor(async () => expect(await db().resumableUpload.count({ where: { turn: null } })).toBe(1));
      expect((await patch(ofBob, 0, "x", bobs)).status).toBe(204);
      await vi.waitFor(async () => expect(await waiting()).toBe(2));
      return sent;
    });

    expect(await namesIn(ownTree(alice))).toEqual(["a", "b", "c", "d"]);
  });
});

/** Nothing can be counted to a person meanwhile; `waiting` tells how many would. What was sent then succeeds. */
async function whileHeld(
  { siteId, userId }: SessionPrincipal,
  work: (waiting: () => Promise<number>) => Promise<Promise<Response>[]>,
): Promise<void> {
  const client = await pool().connect();
  const waiting = async () => {
    const { rows } = await pool().query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.count ?? 0;
  };
  let sent: Promise<Response>[] = [];
  try {
    await client.query("BEGIN");
    await client.query(`SELECT FROM "User" WHERE "siteId" = $1 AND "id" = $2 FOR UPDATE`, [siteId, userId]);
    sent = await work(waiting);
  } finally {
    await client.query("COMMIT");
    client.release();
  }
  expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(sent.map(() => 204));
}
