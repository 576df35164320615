import { readdirSync, readlinkSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import net from "node:net";
import { encode } from "next-auth/jwt";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { getUsage } from "@/lib/files/usage";
import { cookieName, cookieSecret } from "@/lib/http/session-cookie";
import { endAllSessions } from "@/lib/identity/sessions";
import { stopLive } from "@/lib/notices/live";
import { forgetSites, getSite } from "@/lib/sites/sites";
import { dispatcher } from "@/server/dispatch";
import { makeAppPassword, makeUser } from "@/tests/make";
import { contentOf, makeFile, namesIn } from "@/tests/make-files";

const server = http.createServer(dispatcher(async (_req, res) => void res.writeHead(404).end()));
let address: string;
let alice: SessionPrincipal;
let headers: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stopLive();
});
beforeEach(async () => {
  alice = await makeUser();
  const site = await getSite(alice.siteId);
  const token = await encode({ token: { sid: alice.sessionId }, secret: cookieSecret(site) });
  headers = { cookie: `${cookieName(site, "session")}=${token}`, "sec-fetch-site": "same-origin" };
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(address + path, { ...init, headers: { ...headers, ...init.headers } });
const fileAt = (path: string, more = "") => `/content/files?path=${encodeURIComponent(path)}${more}`;
const put = (path: string, body: BodyInit, conflict = "ask", more: Record<string, string> = {}) =>
  ask(fileAt(path, `&conflict=${conflict}`), { method: "PUT", body, headers: more });
const linkOf = (fd: string) => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
};
const codeOf = async (response: Response) => [response.status, (await response.json()).code];

describe("an upload", () => {
  it("makes a file that can be downloaded", async () => {
    const made = await put("/Ünï 'x'.txt", "Hello");

    const got = await ask(fileAt("/Ünï 'x'.txt"));

    expect(made.status).toBe(201);
    const entry = await made.json();
    expect(entry).toMatchObject({ name: "Ünï 'x'.txt", size: 5, kind: "file", mediaType: "text/plain" });
    expect(await got.text()).toBe("Hello");
    expect(got.headers.get("etag")).toBe(`"${entry.etag}"`);
    expect(got.headers.get("content-disposition")).toBe(
      `inline; filename="_n_ 'x'.txt"; filename*=UTF-8''%C3%9Cn%C3%AF%20%27x%27.txt`,
    );
  });

  it("is taken from a program with an app password for files, and from none with another", async () => {
    const send = (authorization: string) =>
      fetch(address + fileAt("/a.txt"), { method: "PUT", body: "Hello", headers: { authorization } });

    const made = await send(await makeAppPassword(alice, ["files"]));
    const refused = await send(await makeAppPassword(alice, ["shares"]));

    expect(made.status).toBe(201);
    expect(await codeOf(refused)).toEqual([403, "APP_PASSWORD_NOT_FOR_THIS"]);
    expect(await contentOf(ownTree(alice), "/a.txt")).toBe("Hello");
  });

  it("asks when the name is taken, and replaces or keeps both when told", async () => {
    await put("/a.txt", "one");

    const asked = await put("/a.txt", "two");
    const kept = await put("/a.txt", "three", "keep-both");
    const replaced = await put("/a.txt", "four", "replace");

    expect(await codeOf(asked)).toEqual([409, "NAME_TAKEN"]);
    expect([kept.status, (await kept.json()).name]).toEqual([201, "a (2).txt"]);
    expect(replaced.status).toBe(200);
    expect(await contentOf(ownTree(alice), "/a.txt")).toBe("four");
    expect(await contentOf(ownTree(alice), "/a (2).txt")).toBe("three");
  });

  it("replaces only the version that was meant", async () => {
    const { etag } = await (await put("/a.txt", "one")).json();
    await put("/a.txt", "two", "replace");

    const stale = await put("/a.txt", "three", "replace", { "if-match": `"${etag}"` });

    expect(await codeOf(stale)).toEqual([412, "ETAG_MISMATCH"]);
    expect(await contentOf(ownTree(alice), "/a.txt")).toBe("two");
  });

  it("is refused from another origin, without a session, and with a method that is none", async () => {
    const foreign = await put("/a.txt", "x", "ask", { "sec-fetch-site": "cross-site" });
    const nobody = await put("/a.txt", "x", "ask", { cookie: "" });
    const post = await ask(fileAt("/a.txt"), { method: "POST", body: "x" });

    expect(await codeOf(foreign)).toEqual([403, "CROSS_ORIGIN"]);
    expect(await codeOf(nobody)).toEqual([401, "NOT_SIGNED_IN"]);
    expect(await codeOf(post)).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect(await namesIn(ownTree(alice))).toEqual([]);
  });

  it("is answered in words although the client is still sending a body there is no room for", async () => {
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 1000 } });
    const big = Buffer.alloc(8 * 1024 * 1024);
    const unannounced = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < 32; sent++) controller.enqueue(big.subarray(0, 65_536));
        controller.close();
      },
    });

    const announced = await put("/a.bin", big);
    const streamed = await ask(fileAt("/b.bin"), { method: "PUT", body: unannounced, duplex: "half" } as RequestInit);

    expect(await codeOf(announced)).toEqual([507, "QUOTA_EXCEEDED"]);
    expect(await codeOf(streamed)).toEqual([507, "QUOTA_EXCEEDED"]);
    expect(await db().uploadLease.count()).toBe(0);
    expect((await getUsage(alice)).used).toBe(0);
  });

  it("that the client breaks off leaves nothing", async () => {
    const socket = net.connect(Number(new URL(address).port), "127.0.0.1");
    const lines = [`PUT ${fileAt("/a.bin")} HTTP/1.1`, "host: x", "content-length: 1000000"];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    socket.write(`${lines.join("\r\n")}\r\n\r\n${"x".repeat(1000)}`);
    await vi.waitFor(async () => expect(await db().uploadLease.count()).toBe(1));

    socket.destroy();

    await vi.waitFor(async () => expect(await db().uploadLease.count()).toBe(0));
    expect((await getUsage(alice)).used).toBe(0);
    expect(await namesIn(ownTree(alice))).toEqual([]);
  });
});

describe("a download", () => {
  it("gives ranges, and says when there is nothing new", async () => {
    const { etag } = await makeFile(alice, "/a.txt", "0123456789");
    const get = (more: Record<string, string>) => ask(fileAt("/a.txt"), { headers: more });

    const middle = await get({ range: "bytes=2-4" });
    const end = await get({ range: "bytes=-3" });
    const beyond = await get({ range: "bytes=10-" });
    const stale = await get({ range: "bytes=2-4", "if-range": '"other"' });
    const same = await get({ "if-none-match": `"${etag}"` });
    const changed = await get({ "if-match": '"other"' });
    const head = await ask(fileAt("/a.txt"), { method: "HEAD" });

    expect([middle.status, middle.headers.get("content-range"), await middle.text()]).toEqual([
      206,
      "bytes 2-4/10",
      "234",
    ]);
    expect(await end.text()).toBe("789");
    expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, "bytes */10"]);
    expect([stale.status, await stale.text()]).toEqual([200, "0123456789"]);
    expect(same.status).toBe(304);
    expect(await codeOf(changed)).toEqual([412, "ETAG_MISMATCH"]);
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
  });

  it("never lets what a file holds run on our origin", async () => {
    const hostile = "<script>alert(document.domain)</script>";
    const shown: Record<string, [type: string | null, disposition: string | undefined]> = {};
    for (const name of [
      "a.html",
      "a.HTM",
      "a.svg",
      "a.xhtml",
      "a.xml",
      "a.md",
      "a.js",
      "a.png",
      "a.pdf",
      "a",
      "a.unknown",
    ]) {
      await makeFile(alice, name, hostile);
      const response = await ask(fileAt(name.startsWith("/") ? name : `/${name}`));
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      shown[name] = [response.headers.get("content-type"), response.headers.get("content-disposition")?.split(";")[0]];
      await response.text();
    }

    expect(shown).toEqual({
      "a.html": ["application/octet-stream", "attachment"],
      "a.HTM": ["application/octet-stream", "attachment"],
      "a.svg": ["application/octet-stream", "attachment"],
      "a.xhtml": ["application/octet-stream", "attachment"],
      "a.xml": ["application/octet-stream", "attachment"],
      "a.md": ["text/plain; charset=utf-8", "inline"],
      "a.js": ["text/plain; charset=utf-8", "inline"],
      "a.png": ["image/png", "inline"],
      "a.pdf": ["application/pdf", "inline"],
      a: ["application/octet-stream", "attachment"],
      "a.unknown": ["application/octet-stream", "attachment"],
    });
    const asked = await ask(fileAt("/a.md", "&download=1"));
    expect(asked.headers.get("content-disposition")).toMatch(/^attachment/);
    const script = await ask(fileAt("/a.js", "&download=1"));
    expect(script.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  it("of a file larger than any buffer is whole, and so is every part of it", async () => {
    const whole = Buffer.concat(Array.from({ length: 4000 }, (_, index) => Buffer.alloc(1001, index % 251)));
    await put("/big.bin", whole);

    const all = Buffer.from(await (await ask(fileAt("/big.bin"))).arrayBuffer());
    const part = await ask(fileAt("/big.bin"), { headers: { range: "bytes=600001-2000000" } });

    expect(all.equals(whole)).toBe(true);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(600_001, 2_000_001))).toBe(true);
  });

  it.runIf(process.platform === "linux")("that the client breaks off closes the file", async () => {
    await put("/big.bin", Buffer.alloc(20_000_000));
    const open = () => readdirSync("/proc/self/fd").flatMap((fd) => linkOf(fd)?.includes("/blobs/") || []).length;
    const stopping = new AbortController();
    const response = await ask(fileAt("/big.bin"), { signal: stopping.signal });
    await response.body?.getReader().read();
    expect(open()).toBe(1);

    stopping.abort();

    await vi.waitFor(() => expect(open()).toBe(0));
  });

  it("of what is not there, not a file, or not a path is refused", async () => {
    await ownTree(alice).makeFolder(["folder"]);

    expect(await codeOf(await ask(fileAt("/none.txt")))).toEqual([404, "NODE_NOT_FOUND"]);
    expect(await codeOf(await ask(fileAt("/folder")))).toEqual([409, "NOT_A_FILE"]);
    expect(await codeOf(await ask("/content/files?path=none"))).toEqual([400, "VALIDATION_FAILED"]);
    expect(await codeOf(await ask("/content/other"))).toEqual([404, "NOT_FOUND"]);
  });
});

describe("the stream of events", () => {
  it("is open in so many tabs of one sign-in at most, and closed ones do not count", async () => {
    const tabs = Array.from({ length: 50 }, () => new AbortController());
    await Promise.all(tabs.map(({ signal }) => ask("/content/events", { signal })));

    const refused = await ask("/content/events");

    expect(refused.status).toBe(429);
    for (const tab of tabs) tab.abort();
    await vi.waitFor(async () => expect((await ask("/content/events")).status).toBe(200));
  });

  it("tells of a change and ends with the session", async () => {
    const response = await ask("/content/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = "";
    const listen = (async () => {
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done) return;
        heard += value;
      }
    })();
    await vi.waitFor(
      async () => {
        await put(`/${crypto.randomUUID()}.txt`, "x");
        expect(heard).toContain('data: {"topic":"files"}');
      },
      { timeout: 5000, interval: 300 },
    );

    await endAllSessions(alice);

    await listen;
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(heard).toContain('data: {"topic":"account"}');
  });
});

describe("a transfer that lasts", () => {
  const later = async () => {
    await endAllSessions(alice);
    await vi.advanceTimersByTimeAsync(30_000);
  };
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("of events ends soon after the cloud is closed", async () => {
    const reader = (await ask("/content/events")).body?.getReader();
    await db().site.update({ where: { id: alice.siteId }, data: { disabledAt: new Date() } });
    forgetSites();

    await vi.advanceTimersByTimeAsync(20_000);

    let isOver = false;
    while (!isOver) isOver = (await reader?.read())?.done ?? true;
    expect(isOver).toBe(true);
  });

  it("down breaks off soon after the session has ended", async () => {
    await makeFile(alice, "/big", "x".repeat(40_000_000));
    const { body } = await ask(fileAt("/big"));
    const reader = body?.getReader();
    await reader?.read();

    await later();

    const readOn = async () => {
      while (!(await reader?.read())?.done);
    };
    await expect(readOn()).rejects.toThrow();
  });

  it("up is refused soon after the session has ended, and leaves nothing", async () => {
    const { port } = new URL(address);
    const sent = http.request({
      port,
      method: "PUT",
      path: fileAt("/a"),
      headers: { ...headers, "content-length": 10_000 },
    });
    sent.write("x".repeat(5_000));
    const answer = new Promise<http.IncomingMessage>((resolve) => sent.once("response", resolve));
    await expect.poll(() => db().uploadLease.count()).toBe(1);

    await later();

    expect((await answer).statusCode).toBe(401);
    sent.end("x".repeat(5_000));
    expect(await namesIn(ownTree(alice))).toEqual([]);
    expect(await db().uploadLease.count()).toBe(0);
  });
});
