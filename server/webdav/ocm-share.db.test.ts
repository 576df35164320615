import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import type { Role, SessionPrincipal } from "@/lib/core/principal";
import { hashSecret, newSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import { limitOften } from "@/lib/limits/limit-often";
import { createGuardedClient, type GuardedClient } from "@/lib/protocol/safe-fetch/client";
import { davRemoteTree } from "@/lib/sharing/received/remote-tree";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { handleDav } from "./index";

let alice: SessionPrincipal;
let files: Tree;
let server: Server;
let siteId: string;
let client: GuardedClient;

beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
  files = ownTree(alice);
  siteId = alice.siteId;
  await makeFile(alice, "/Photos/hello.txt", "hello world");
  await makeFile(alice, "/Photos/Hut/summit.txt", "2,501 m");
  await makeFile(alice, "/Secret/diary.txt", "mine");
  client = createGuardedClient({ allowHosts: [{ host: "peer.localhost", address: "127.0.0.1" }] });
  server = createServer((request, response) => {
    Object.assign(request.headers, { "x-tessera-site": siteId, "x-tessera-address": "127.0.0.1" }); // as server/settle.ts does
    handleDav(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await client.close();
});

const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
type Share = { id: string; bearer: string };

async function share(path: string, role: Role = "viewer", expiresIn = 3_600_000): Promise<Share> {
  const { id: nodeId } = await files.stat(path.split("/").filter(Boolean));
  const who = { shareWith: "bob@cloud.example.org", provider: "cloud.example.org", recipientName: "Bob" };
  const { id } = await db().sentShare.create({ data: { siteId, nodeId, senderId: alice.userId, role, ...who } });
  const bearer = newSecret("sat_");
  const tokenHash = hashSecret("access-token", bearer);
  const expiresAt = new Date(Date.now() + expiresIn);
  await db().accessToken.create({ data: { siteId, tokenHash, sentShareId: id, expiresAt } });
  return { id, bearer };
}

async function ask(method: string, { id, bearer }: Share, path = "", headers: Record<string, string> = {}) {
  const url = `${origin()}/dav/ocm/${id}${path}`;
  return fetch(url, { method, headers: { authorization: `Bearer ${bearer}`, ...headers } });
}

const remoteOf = ({ id, bearer }: Share, role: Role, resourceKind: "file" | "folder" = "folder") =>
  davRemoteTree({
    baseUrl: `${origin().replace("127.0.0.1", "peer.localhost")}/dav/ocm/${id}`,
    ...{ provider: "peer.localhost", resourceKind, name: "Photos", canWrite: role === "editor", client },
    getAuthorization: async () => `Bearer ${bearer}`,
  });

describe("a shared folder", () => {
  it("tells whoever may write how much room there is, and nobody what else its owner has", async () => {
    await db().user.updateMany({ where: { siteId, id: alice.userId }, data: { quota: 1000 } });
    const names = "<d:quota-available-bytes/><d:quota-used-bytes/>";
    const body = `<d:propfind xmlns:d="DAV:"><d:prop>${names}</d:prop></d:propfind>`;
    const told = async ({ id, bearer }: Share, path = "") => {
      const headers = { authorization: `Bearer ${bearer}`, depth: "0" };
      const found = await fetch(`${origin()}/dav/ocm/${id}${path}`, { method: "PROPFIND", headers, body });
      return (await found.text()).match(/<d:quota-[a-z]+-bytes>\d+/g);
    };
    const used = "hello world".length + "2,501 m".length + "mine".length;

    const [edited, viewed] = [await share("/Photos", "editor"), await share("/Secret", "viewer")];

    expect(await told(edited)).toEqual([`<d:quota-available-bytes>${1000 - used}`]);
    expect(await told(edited, "/hello.txt")).toBe(null);
    expect(await told(viewed)).toBe(null);
  });

  it("is opened by its token, and nothing else of its owner is", async () => {
    const shared = await share("/Photos");

    expect(await (await ask("GET", shared, "/Hut/summit.txt")).text()).toBe("2,501 m");
    const listing = await (await ask("PROPFIND", shared, "/", { depth: "1" })).text();
    expect(listing).toContain(`/dav/ocm/${shared.id}/Hut/`);
    expect(listing).not.toContain("Secret");
    expect((await ask("GET", shared, "/Secret/diary.txt")).status).toBe(404);
    expect((await ask("GET", shared, "/%2e%2e%2fSecret/diary.txt")).status).toBe(400);
  });

  it("opens to no other token, whoever's it is", async () => {
    const shared = await share("/Photos");
    const other = await share("/Secret");
    const expired = await share("/Photos/Hut", "viewer", -1000);

    for (const bearer of [other.bearer, `${shared.bearer}x`, "", "a b", alice.sessionId]) {
      const answer = await ask("GET", { ...shared, bearer }, "/hello.txt");
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
    }
    expect((await ask("GET", expired, "/summit.txt")).status).toBe(401);
    expect((await ask("GET", { ...shared, id: "1" }, "/hello.txt")).status).toBe(401);
    const url = `${origin()}/dav/ocm/${shared.id}/hello.txt`;
    const basic = Buffer.from(`${shared.bearer}:`).toString("base64");
    expect((await fetch(url, { headers: { authorization: `Basic ${basic}` } })).status).toBe(401);
    siteId = (await makeUser()).siteId;
    expect((await ask("GET", shared, "/hello.txt")).status).toBe(401);
  });

  it("cannot be changed by a viewer", async () => {
    const shared = await share("/Photos");

    for (const method of ["PUT", "DELETE", "MKCOL", "MOVE", "COPY"]) {
      const path = method === "MKCOL" ? "/new" : "/hello.txt";
      const answer = await ask(method, shared, path, { destination: `/dav/ocm/${shared.id}/other.txt` });
      expect([method, answer.status]).toEqual([method, 403]);
    }
    expect(await namesIn(files, "/Photos")).toEqual(["Hut", "hello.txt"]);
  });

  it("takes nothing into, or out of, another share of the same owner", async () => {
    const shared = await share("/Photos", "editor");
    const other = await share("/Secret", "editor");

    const into = await ask("MOVE", shared, "/hello.txt", { destination: `/dav/ocm/${other.id}/stolen.txt` });
    const dots = await ask("COPY", shared, "/hello.txt", { destination: `/dav/ocm/${shared.id}/../${other.id}/x` });

    expect([into.status, dots.status]).toEqual([403, 400]);
    expect(await namesIn(files, "/Secret")).toEqual(["diary.txt"]);
  });

  it("that rests is a passing fault, and one that ended a final one", async () => {
    const shared = await share("/Photos");
    const setDisabled = (disabledAt: Date | null) =>
      db().user.updateMany({ where: { siteId, id: alice.userId }, data: { disabledAt } });
    await setDisabled(new Date());
    const disabled = await ask("PROPFIND", shared, "", { depth: "0" });
    await setDisabled(null);
    await files.remove(["Photos"]);
    const trashed = await ask("GET", shared, "/hello.txt");
    await db().sentShare.updateMany({ where: { siteId }, data: { revokedAt: new Date() } });
    const revoked = await ask("GET", shared, "/hello.txt");

    expect([disabled.status, trashed.status, revoked.status]).toEqual([503, 503, 404]);
    expect(Number(disabled.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(trashed.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("shows at its root that something below it changed", async () => {
    const remote = remoteOf(await share("/Photos"), "viewer");
    const before = await remote.stat([]);

    await makeFile(alice, "/Photos/Hut/new.txt", "x");

    expect((await remote.stat([])).etag).not.toBe(before.etag);
  });

  it("is one tree for an editor on another cloud", async () => {
    const remote = remoteOf(await share("/Photos", "editor"), "editor");

    const { entry, created } = await remote.write(["Hut", "naïve & 50%.md"], bytes("one"), { size: 3, ifAbsent: true });
    await remote.write(["Hut", "naïve & 50%.md"], bytes("two"), { ifMatch: entry.etag });
    await remote.makeFolder(["Valley"]);
    await remote.move(["Hut", "summit.txt"], ["Valley", "top.txt"]);
    await remote.copy(["Valley"], ["Copy"]);
    await remote.remove(["hello.txt"]);

    expect(created).toBe(true);
    expect(await namesIn(remote)).toEqual(["Copy", "Hut", "Valley"]);
    expect(await namesIn(files, "/Photos/Hut")).toEqual(["naïve & 50%.md"]);
    expect(await contentOf(files, "/Photos/Hut/naïve & 50%.md")).toBe("two");
    expect(await contentOf(remote, "/Copy/top.txt")).toBe("2,501 m");
    const { body, range } = await remote.read(["Valley", "top.txt"], { range: { suffix: 1 } });
    expect([await text(body), range]).toEqual(["m", { start: 6, end: 6 }]);
    const stale = remote.write(["Hut", "naïve & 50%.md"], bytes("x"), { ifMatch: entry.etag });
    await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
  });

  it("is listed in the owner's order, through all its pages", async () => {
    const shown = ["Ä", "b 2", "B 10", "b 10", "a"];
    for (const name of shown) await files.makeFolder(["Photos", "Hut", name]);
    const remote = remoteOf(await share("/Photos/Hut"), "viewer");
    const order = await namesIn(files, "/Photos/Hut");

    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await remote.list([], { after, limit: 2 });
      names.push(...page.items.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after);

    expect(names).toEqual(order);
  });

  it("tells the other cloud when the owner's space is full, however large the upload", async () => {
    const remote = remoteOf(await share("/Photos", "editor"), "editor");
    await db().user.updateMany({ where: { siteId, id: alice.userId }, data: { quota: 1000 } });

    for (const size of [5000, 8_000_000]) {
      const body = Readable.from([Buffer.alloc(size)]);
      await expect(remote.write(["big.bin"], body, { size })).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    }
    expect(await namesIn(remote)).toEqual(["Hut", "hello.txt"]);
  });
});

describe("a share that its secret opens", () => {
  async function shareOpenly(path: string, role: Role = "viewer", opensBySecret = true) {
    const { id, bearer } = await share(path, role);
    const secret = newSecret("shr_");
    const data = { secretHash: hashSecret("share-secret", secret), opensBySecret };
    await db().sentShare.updateMany({ where: { siteId, id }, data });
    return { id, bearer, secret };
  }
  const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString("base64")}` });
  const askAs = (pair: string, method: string, path: string, headers: Record<string, string> = {}) =>
    fetch(`${origin()}${path}`, { method, headers: { ...basic(pair), ...headers } });

  it("stands at the root, and under its id", async () => {
    const { id, secret } = await shareOpenly("/Photos");

    for (const root of ["/dav/ocm", `/dav/ocm/${id}`]) {
      const listing = await (await askAs(`${secret}:`, "PROPFIND", `${root}/`, { depth: "1" })).text();
      expect(listing.match(/<d:href>[^<]*/g)).toEqual(
        ["", "Hut/", "hello.txt"].map((name) => `<d:href>${root}/${name}`),
      );
      expect(await (await askAs(`${secret}:`, "GET", `${root}/Hut/summit.txt`)).text()).toBe("2,501 m");
    }
    expect((await askAs(`${secret}:`, "OPTIONS", "/dav/ocm/")).status).toBe(200);
    expect((await askAs(`${secret}:`, "GET", "/dav/ocm/Secret/diary.txt")).status).toBe(404);
    expect((await askAs(`${secret}:`, "GET", "/dav/ocm/%2e%2e%2fSecret/diary.txt")).status).toBe(400);
  });

  it("may come with colons after the secret, as some pad it", async () => {
    const { secret } = await shareOpenly("/Photos/hello.txt");

    for (const pair of [secret, `${secret}::`]) {
      expect(await (await askAs(pair, "GET", "/dav/ocm/")).text()).toBe("hello world");
    }
  });

  it("lets change what its role lets change", async () => {
    const mine = await shareOpenly("/Photos", "editor");
    const put = (secret: string, path: string) =>
      fetch(`${origin()}${path}`, { method: "PUT", headers: basic(`${secret}:`), body: "new" });

    const written = await put(mine.secret, "/dav/ocm/new.txt");
    const moved = await askAs(`${mine.secret}:`, "MOVE", "/dav/ocm/new.txt", { destination: "/dav/ocm/Hut/new.txt" });
    await db().sentShare.updateMany({ data: { role: "viewer" } });
    const refused = await put(mine.secret, "/dav/ocm/other.txt");

    expect([written.status, moved.status, refused.status]).toEqual([201, 201, 403]);
    expect(await contentOf(files, "/Photos/Hut/new.txt")).toBe("new");
  });

  it("is opened by no other secret, and not after it has ended", async () => {
    const mine = await shareOpenly("/Photos");
    const exchanged = await shareOpenly("/Secret", "viewer", false);
    const other = await shareOpenly("/Photos/Hut");
    const look = async (pair: string, path = "/dav/ocm/") =>
      (await askAs(pair, "PROPFIND", path, { depth: "0" })).status;

    for (const pair of [":", "x:", `:${mine.secret}`, `${mine.bearer}:`, `${mine.secret}x:`, `${exchanged.secret}:`]) {
      expect(await look(pair)).toBe(401);
    }
    expect(await look(`${exchanged.secret}:`, `/dav/ocm/${exchanged.id}`)).toBe(401);
    expect(await look(`${mine.secret}:`, `/dav/ocm/${other.id}`)).toBe(404);
    expect((await ask("GET", { ...mine, id: "" }, "")).status).toBe(401);
    await db().user.updateMany({ data: { disabledAt: new Date() } });
    expect(await look(`${mine.secret}:`)).toBe(503);
    await db().sentShare.updateMany({ data: { revokedAt: new Date() } });
    expect(await look(`${mine.secret}:`)).toBe(404);
  });

  it("is not to be guessed", async () => {
    await shareOpenly("/Photos");
    for (let n = 0; n < 999; n++)
      limitOften({ siteId, key: "refused-bearers:address:127.0.0.1", max: Number.POSITIVE_INFINITY });

    const guesses = [await askAs("wrong:", "GET", "/dav/ocm/"), await askAs("wrong:", "GET", "/dav/ocm/")];

    expect(guesses.map(({ status }) => status)).toEqual([401, 429]);
  });
});

describe("an upload that began as the share allowed it", () => {
  /** Begins to put a file, lets something happen meanwhile, and puts the rest. */
  async function putAround(shared: Share, happen: () => Promise<unknown>): Promise<number> {
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const writer = body.writable.getWriter();
    const headers = { authorization: `Bearer ${shared.bearer}` };
    const url = `${origin()}/dav/ocm/${shared.id}/hello.txt`;
    const init = { method: "PUT", headers, body: body.readable, duplex: "half" };
    const answer = fetch(url, init as RequestInit);
    await writer.write(Buffer.from("over"));
    await expect.poll(() => db().uploadLease.count()).toBe(1);
    await happen();
    await writer.write(Buffer.from("written"));
    await writer.close();
    return (await answer).status;
  }
  const isUntouched = async () => {
    expect(await contentOf(files, "/Photos/hello.txt")).toBe("hello world");
    expect(await db().uploadLease.count()).toBe(0);
  };

  it("is refused at its end if the other may only view by then", async () => {
    const shared = await share("/Photos", "editor");

    const status = await putAround(shared, () => db().sentShare.updateMany({ data: { role: "viewer" } }));

    expect(status).toBe(403);
    await isUntouched();
  });

  it("is refused at its end if the share has ended or rests by then", async () => {
    const shared = await share("/Photos", "editor");

    const rests = await putAround(shared, () => db().user.updateMany({ data: { disabledAt: new Date() } }));
    await db().user.updateMany({ data: { disabledAt: null } });
    const ended = await putAround(shared, () => db().sentShare.updateMany({ data: { revokedAt: new Date() } }));

    expect([rests, ended]).toEqual([503, 404]);
    await isUntouched();
  });

  it("goes through if nothing happened", async () => {
    const shared = await share("/Photos", "editor");

    expect(await putAround(shared, async () => {})).toBe(204);
    expect(await contentOf(files, "/Photos/hello.txt")).toBe("overwritten");
  });
});

it("a shared file is the root of its share, also by its name", async () => {
  const shared = await share("/Photos/hello.txt", "editor");
  const remote = remoteOf(shared, "editor", "file");

  for (const path of ["", "/", "/hello.txt"]) expect(await (await ask("GET", shared, path)).text()).toBe("hello world");
  expect(await remote.stat([])).toMatchObject({ kind: "file", size: 11 });
  await remote.write([], bytes("new"), { size: 3 });
  expect(await contentOf(files, "/Photos/hello.txt")).toBe("new");
  expect((await ask("DELETE", shared)).status).toBe(403);
});

it("nothing else stands below /dav, and WebDAV nowhere else", async () => {
  const status = async (method: string, path: string) => (await fetch(origin() + path, { method })).status;

  expect(await status("GET", "/dav")).toBe(404);
  expect(await status("PROPFIND", "/dav/ocm/")).toBe(401);
  expect(await status("PROPFIND", "/")).toBe(405);
  expect(await status("OPTIONS", "/dav/ocm/1")).toBe(200);
});

it("is answered so often in a minute, far above what a cloud needs that fetches everything", async () => {
  const photos = await share("/Photos");
  for (let n = 0; n < 19_999; n++) limitOften({ siteId, key: `share:${photos.id}`, max: Number.POSITIVE_INFINITY });

  expect((await ask("PROPFIND", photos, "/", { depth: "1" })).status).toBe(207);
  expect((await ask("PROPFIND", photos, "/", { depth: "1" })).status).toBe(429);
});

it("is answered so often in a minute to one cloud, whichever of its shares it asks for", async () => {
  const [photos, other] = [await share("/Photos"), await share("/Secret")];
  for (let n = 0; n < 59_999; n++)
    limitOften({ siteId, key: "shares:peer:cloud.example.org", max: Number.POSITIVE_INFINITY });

  expect((await ask("PROPFIND", photos, "/", { depth: "0" })).status).toBe(207);
  expect((await ask("PROPFIND", other, "/", { depth: "0" })).status).toBe(429);
});

it("looks at so many wrong tokens from one address in a minute", async () => {
  const photos = await share("/Photos");
  const guess = () => ask("GET", { ...photos, bearer: "wrong" }, "/a.txt");
  for (let n = 0; n < 999; n++)
    limitOften({ siteId, key: "refused-bearers:address:127.0.0.1", max: Number.POSITIVE_INFINITY });

  expect((await guess()).status).toBe(401);
  expect((await guess()).status).toBe(429);
});

it("breaks off what is being read soon after the share has ended, but not when only the token has", async () => {
  await makeFile(alice, "/Photos/big", "x".repeat(40_000_000));
  const shared = await share("/Photos");
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const [whole, broken] = await Promise.all([1, 2].map(() => ask("GET", shared, "/big")));

  await db().accessToken.deleteMany();
  await vi.advanceTimersByTimeAsync(30_000);
  const length = (await whole?.text())?.length;
  await db().sentShare.updateMany({ data: { revokedAt: new Date() } });
  await vi.advanceTimersByTimeAsync(30_000);
  vi.useRealTimers();

  expect(length).toBe(40_000_000);
  await expect(broken?.text()).rejects.toThrow();
});
