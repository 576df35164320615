import { createHash } from "node:crypto";
import { request as send } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SessionPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { listTrash } from "@/lib/files/trash";
import { revokeAllAppPasswords } from "@/lib/identity/app-passwords";
import { digestField } from "@/lib/protocol/dav/checksum";
import { getSite } from "@/lib/sites/sites";
import { type DavFiles, hrefsIn, openFiles, startServer } from "@/tests/dav-files";
import { makeUser, requestOf } from "@/tests/make";
import { contentOf, makeFile, namesIn } from "@/tests/make-files";

let server: Awaited<ReturnType<typeof startServer>>;
let alice: SessionPrincipal;
let dav: DavFiles;

beforeEach(async () => {
  server = await startServer();
  alice = await makeUser({ userName: "alice" });
  dav = await openFiles(server.origin, alice);
  await makeFile(alice, "/Photos/hut.txt", "hello world");
  await makeFile(alice, "/a b & é.txt", "x");
});
afterEach(() => server.stop());

const statusOf = async (work: Promise<Response>) => (await work).status;

describe("who may open them", () => {
  it("is their owner's program, with Basic or as a bearer", async () => {
    const bearer = { authorization: `Bearer ${dav.secret}` };

    expect(await (await dav.ask("GET", "/Photos/hut.txt")).text()).toBe("hello world");
    expect(await (await dav.ask("GET", "/Photos/hut.txt", bearer)).text()).toBe("hello world");
    expect(
      await statusOf(
        fetch(`${server.origin}/dav/files/ALICE/`, { method: "PROPFIND", headers: { ...bearer, depth: "0" } }),
      ),
    ).toBe(207);
  });

  it("is nobody else: no other person, no password of the account, no sign-in of a browser", async () => {
    const bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob" });
    const shares = await openFiles(server.origin, alice, ["shares"]);
    const basic = (login: string, password: string) => ({
      authorization: `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`,
    });
    const cookie = (await requestOf(alice, "/")).headers.get("cookie") ?? "";
    const without = { authorization: "" };

    const refused = [
      ...[without, { ...without, cookie }, basic("alice", "correct horse battery"), basic("bob", dav.secret)],
      ...[basic("alice", "app_aaaa-aaaa-aaaa-aaaa-aaaa-aaaa-aaaa"), { authorization: "Bearer app_x" }],
    ];
    for (const headers of refused) {
      const answer = await dav.ask("GET", "/Photos/hut.txt", headers as Record<string, string>);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe('Basic realm="Tessera", charset="UTF-8"');
    }
    expect(await statusOf(shares.ask("GET", "/Photos/hut.txt"))).toBe(403);
    for (const name of [bob.userName, "%2e%2e", "alice%2fPhotos", ""]) {
      const url = `${server.origin}/dav/files/${name}`;
      expect([400, 404]).toContain(await statusOf(fetch(url, { headers: { authorization: dav.authorization } })));
    }
  });

  it("is no page of another origin that a browser once gave the password to", async () => {
    const origin = { origin: "https://evil.example.org", "sec-fetch-site": "cross-site" };

    expect(await statusOf(dav.ask("PUT", "/x.txt", origin, "x"))).toBe(403);
  });

  it("ends with the app password", async () => {
    await revokeAllAppPasswords(alice);

    expect(await statusOf(dav.ask("GET", "/Photos/hut.txt"))).toBe(401);
  });
});

describe("reading", () => {
  it("lists a folder, and refuses all that is below at once", async () => {
    const listing = await dav.ask("PROPFIND", "/", { depth: "1" });
    const infinite = await dav.ask("PROPFIND", "/");

    expect(hrefsIn(await listing.text())).toEqual([
      "/dav/files/alice/",
      "/dav/files/alice/Photos/",
      "/dav/files/alice/a%20b%20%26%20%C3%A9.txt",
    ]);
    expect(infinite.status).toBe(403);
    expect(await infinite.text()).toContain("<d:propfind-finite-depth/>");
  });

  it("gives a part, and nothing that is known already", async () => {
    const whole = await dav.ask("GET", "/Photos/hut.txt");
    const etag = whole.headers.get("etag") ?? "";
    const part = await dav.ask("GET", "/Photos/hut.txt", { range: "bytes=6-", "if-range": etag });
    const outdated = await dav.ask("GET", "/Photos/hut.txt", { range: "bytes=6-", "if-range": '"other"' });

    expect([part.status, await part.text()]).toEqual([206, "world"]);
    expect([outdated.status, await outdated.text()]).toEqual([200, "hello world"]);
    expect(await statusOf(dav.ask("GET", "/Photos/hut.txt", { "if-none-match": etag }))).toBe(304);
    expect((await dav.ask("HEAD", "/Photos/hut.txt")).headers.get("content-length")).toBe("11");
  });

  it("tells by the etags of the folders above what has changed", async () => {
    const etags = async () => {
      const body = await (await dav.ask("PROPFIND", "/", { depth: "1" })).text();
      return [...body.matchAll(/<d:getetag>([^<]+)/g)].map(([, etag]) => etag);
    };
    const before = await etags();

    await dav.ask("PUT", "/Photos/new.txt", {}, "new");

    const after = await etags();
    expect(after.map((etag, index) => etag === before[index])).toEqual([false, false, true]);
  });

  it("leads nowhere but to names that can stand in a folder", async () => {
    const paths = ["/%2e%2e%2fbob", "/a%00b", "/a%0ab", "/%5cx", "/%ff"];
    const ask = (path: string) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: dav.authorization };
        const asking = send(`${server.origin}${dav.root}`, { path: dav.root + path, headers }, (answer) => {
          resolve(answer.resume().statusCode);
        });
        asking.on("error", reject).end();
      });

    for (const path of [...paths, "/../bob/x", "/Photos/../../bob"])
      expect([path, await ask(path)]).toEqual([path, 400]);
  });
});

describe("changing", () => {
  it("makes folders and files, with a length and without, and replaces only what was meant", async () => {
    const stream = new Blob(["in pieces"]).stream();
    const url = `${dav.url}/New/chunked.txt`;
    const { authorization } = dav;
    expect(await statusOf(dav.ask("MKCOL", "/New"))).toBe(201);
    expect(await statusOf(dav.ask("PUT", "/New/a.txt", {}, "one"))).toBe(201);
    const init = { method: "PUT", headers: { authorization }, body: stream, duplex: "half" };
    expect(await statusOf(fetch(url, init as RequestInit))).toBe(201);
    expect(await statusOf(dav.ask("PUT", "/New/a.txt", { "if-none-match": "*" }, "two"))).toBe(412);
    expect(await statusOf(dav.ask("PUT", "/New/a.txt", { "if-match": '"other"' }, "two"))).toBe(412);
    expect(await statusOf(dav.ask("PUT", "/Nowhere/a.txt", {}, "x"))).toBe(409);

    expect(await namesIn(ownTree(alice), "/New")).toEqual(["a.txt", "chunked.txt"]);
    expect(await contentOf(ownTree(alice), "/New/chunked.txt")).toBe("in pieces");
    expect(await contentOf(ownTree(alice), "/New/a.txt")).toBe("one");
  });

  it("keeps only what arrived as it was announced, and tells how it is", async () => {
    const sha256 = createHash("sha256").update("hello").digest("hex");
    const digest = { "repr-digest": digestField(sha256) };
    const long = "0123456789".repeat(100_000);
    expect(await statusOf(dav.ask("PUT", "/ok.txt", digest, "hello"))).toBe(201);
    expect(await statusOf(dav.ask("PUT", "/bad.txt", digest, "hullo"))).toBe(400);
    expect(await statusOf(dav.ask("PUT", "/bad.txt", { "oc-checksum": `SHA256:${sha256}` }, long))).toBe(400);

    const query = '<propfind xmlns="DAV:"><prop><checksums xmlns="http://owncloud.org/ns"/></prop></propfind>';
    const told = await (await dav.ask("PROPFIND", "/", { depth: "1" }, query)).text();
    const read = await dav.ask("GET", "/ok.txt", { "want-repr-digest": "sha-256=1" });
    expect(await namesIn(ownTree(alice))).toEqual(["Photos", "a b & é.txt", "ok.txt"]);
    expect(told).toContain(`<oc:checksums><oc:checksum>SHA256:${sha256}</oc:checksum></oc:checksums>`);
    expect(read.headers.get("repr-digest")).toBe(digest["repr-digest"]);
    expect(await (await dav.ask("PROPFIND", "/", { depth: "1" })).text()).not.toContain("checksum");
  });

  it("puts into the trash what is deleted, and what a move replaces", async () => {
    const destination = `${dav.url}/Photos/hut.txt`;
    expect(await statusOf(dav.ask("MOVE", "/a%20b%20&%20é.txt", { destination, overwrite: "F" }))).toBe(412);
    expect(await statusOf(dav.ask("MOVE", "/a%20b%20&%20é.txt", { destination }))).toBe(204);
    expect(await statusOf(dav.ask("DELETE", "/Photos"))).toBe(204);

    const trashed = await listTrash(alice);
    expect(trashed.items.map(({ name }) => name)).toEqual(["Photos", "hut.txt"]);
    expect(await namesIn(ownTree(alice))).toEqual([]);
  });

  it("copies a folder with what is in it, or without", async () => {
    const to = (name: string) => ({ destination: `${dav.root}/${name}` });
    expect(await statusOf(dav.ask("COPY", "/Photos", to("Deep")))).toBe(201);
    expect(await statusOf(dav.ask("COPY", "/Photos/", { ...to("Flat"), depth: "0" }))).toBe(201);
    expect(await statusOf(dav.ask("COPY", "/Photos", to("Photos/Inside")))).toBe(403);
    expect(await statusOf(dav.ask("COPY", "/Photos", { destination: "/dav/files/bob/x" }))).toBe(403);
    expect(await statusOf(dav.ask("COPY", "/Photos", { destination: "https://evil.example.org/x" }))).toBe(502);

    expect(await namesIn(ownTree(alice), "/Deep")).toEqual(["hut.txt"]);
    expect(await namesIn(ownTree(alice), "/Flat")).toEqual([]);
  });
});
