import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { Role, SessionPrincipal } from "@/lib/core/principal";
import { drive } from "@/lib/drive/drive";
import { ownTree } from "@/lib/files/own-tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { befriend, type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { type DavFiles, hrefsIn, openFiles } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";

let clouds: Cloud[];
let alice: SessionPrincipal;
let bob: SessionPrincipal;
let dav: DavFiles;

/** Alice gives Bob, on another cloud, a folder and a file. */
beforeEach(async () => {
  const [hers, his] = [await startCloud(), await startCloud()];
  clouds = [hers, his];
  alice = await makeUser({ site: hers.site, displayName: "Alice" });
  bob = await makeUser({ site: his.site, userName: "bob" });
  const [contact] = await befriend(alice, bob);
  await makeFile(alice, "/Hut/summit.txt", "2,501 m");
  await makeFile(alice, "/note.txt", "from Alice");
  await makeFile(bob, "/own.txt", "his own");
  const give = async (name: string, role: Role) => {
    const { id: nodeId } = await ownTree(alice).stat([name]);
    const recipient = { kind: "contact" as const, id: contact.id };
    await sendShare(alice, { nodeId, recipient, role, expiresAt: null, note: "" });
  };
  await give("Hut", "editor");
  await give("note.txt", "viewer");
  await deliverAll();
  for (const { id } of (await listReceivedShares(bob)).items) await acceptShare(bob, id);
  dav = await openFiles(his.site.origin.replace("peer.localhost", "127.0.0.1"), bob);
});
afterEach(() => Promise.all(clouds.map((cloud) => cloud.stop())));

const statusOf = async (work: Promise<Response>) => (await work).status;
const etagAt = async (path: string) => {
  const xml = await (await dav.ask("PROPFIND", path, { depth: "0" })).text();
  return /<d:getetag>([^<]+)/.exec(xml)?.[1] ?? "";
};
/** As if that much time had passed since the last look. */
const makeOld = (ms: number) =>
  db().knownFolder.updateMany({ data: { seenAt: new Date(Date.now() - ms), nextLookAt: new Date(0) } });
const to = (path: string) => ({ destination: `${dav.root}${path}` });

it("stand among one's own, and are read where they are", async () => {
  const top = await (await dav.ask("PROPFIND", "/", { depth: "1" })).text();
  const inside = await (await dav.ask("PROPFIND", "/Hut/", { depth: "1" })).text();
  const part = await dav.ask("GET", "/Hut/summit.txt", { range: "bytes=0-4" });
  const note = await dav.ask("GET", "/note.txt");
  const etag = note.headers.get("etag") ?? "";

  expect(hrefsIn(top)).toEqual(["/", "/Hut/", "/note.txt", "/own.txt"].map((path) => `/dav/files/bob${path}`));
  expect(top).not.toContain("null");
  expect(hrefsIn(inside)).toEqual(["/dav/files/bob/Hut/", "/dav/files/bob/Hut/summit.txt"]);
  expect([part.status, await part.text()]).toEqual([206, "2,501"]);
  expect(await note.text()).toBe("from Alice");
  expect(await statusOf(dav.ask("GET", "/note.txt", { "if-none-match": etag }))).toBe(304);
  expect(await (await dav.ask("PROPFIND", "/note.txt", { depth: "0" })).text()).toContain(
    etag.replaceAll('"', "&quot;"),
  );
});

it("tell by their folder's etag that something changed on the other cloud", async () => {
  const etag = () => etagAt("/Hut/");
  const before = await etag();

  await makeFile(alice, "/Hut/later.txt", "x");
  await makeOld(5_000);

  await expect.poll(etag).not.toBe(before);
});

describe("are listed as they were last seen", () => {
  const xmlOf = async (path: string, depth = "1") => (await dav.ask("PROPFIND", path, { depth })).text();
  beforeEach(async () => {
    await Promise.all([xmlOf("/Hut/"), xmlOf("/note.txt", "0")]);
  });

  it("while their cloud is away, with what only it could say left to it", async () => {
    const [folder, file, note] = [await xmlOf("/Hut/"), await etagAt("/Hut/summit.txt"), await etagAt("/note.txt")];
    clouds[0]?.setAway(true);
    await statusOf(dav.ask("GET", "/Hut/summit.txt")); // from then on it is known to be away

    expect(await xmlOf("/Hut/")).toBe(folder);
    expect([await etagAt("/Hut/summit.txt"), await etagAt("/note.txt")]).toEqual([file, note]);
    expect(await statusOf(dav.ask("PROPFIND", "/Hut/._summit.txt", { depth: "0" }))).toBe(404);
    expect(await statusOf(dav.ask("PROPFIND", "/Hut/unseen/deep.txt", { depth: "0" }))).toBe(503);
    expect(await statusOf(dav.ask("PUT", "/Hut/summit.txt", {}, "x"))).toBe(503);
  });

  it("while their cloud says nothing at all", async () => {
    const before = await xmlOf("/Hut/");
    await makeOld(3_600_000);
    let goOn = () => {};
    const silence = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    clouds[0]?.beforeDav(() => silence);

    const after = await xmlOf("/Hut/");
    goOn();

    expect(after).toBe(before);
  });

  it("but not an hour later, if their cloud can be asked", async () => {
    await makeFile(alice, "/Hut/later.txt", "x");
    await makeOld(3_600_000);

    expect(hrefsIn(await xmlOf("/Hut/"))).toContain("/dav/files/bob/Hut/later.txt");
  });

  it("with the etag that the bytes come with, and conditions are judged by their cloud", async () => {
    const before = await etagAt("/Hut/summit.txt");
    await drive(alice).write(["Hut", "summit.txt"], bytes("2,502 m"));

    const read = await dav.ask("GET", "/Hut/summit.txt");

    const quoted = read.headers.get("etag")?.replaceAll('"', "&quot;");
    expect(quoted).not.toBe(before);
    expect(await xmlOf("/Hut/")).toContain(quoted);
    const old = { "if-match": before.replaceAll("&quot;", '"') };
    expect(await statusOf(dav.ask("PUT", "/Hut/summit.txt", old, "x"))).toBe(412);
  });
});

it("are changed as far as they may be, and own things go in and out", async () => {
  expect(await statusOf(dav.ask("PUT", "/Hut/new.txt", {}, "new"))).toBe(201);
  expect(await statusOf(dav.ask("MKCOL", "/Hut/Deep"))).toBe(201);
  expect(await statusOf(dav.ask("MOVE", "/own.txt", to("/Hut/Deep/own.txt")))).toBe(201);
  expect(await statusOf(dav.ask("COPY", "/Hut", to("/Copy")))).toBe(201);
  expect(await statusOf(dav.ask("COPY", "/Hut/Deep", { ...to("/Flat"), depth: "0" }))).toBe(201);
  expect(await statusOf(dav.ask("MOVE", "/Copy/new.txt", to("/Hut/summit.txt")))).toBe(204);
  expect(await statusOf(dav.ask("DELETE", "/Hut/new.txt"))).toBe(204);
  expect(await statusOf(dav.ask("PUT", "/note.txt", {}, "mine"))).toBe(403);

  expect(await namesIn(ownTree(alice), "/Hut")).toEqual(["Deep", "summit.txt"]);
  expect(await contentOf(ownTree(alice), "/Hut/summit.txt")).toBe("new");
  expect(await contentOf(ownTree(alice), "/Hut/Deep/own.txt")).toBe("his own");
  expect(await namesIn(ownTree(bob), "/Copy")).toEqual(["Deep", "summit.txt"]);
  expect(await namesIn(ownTree(bob), "/Flat")).toEqual([]);
});

it("are renamed where they stand, also while their cloud is away, and are not deleted", async () => {
  clouds[0]?.setAway(true);

  expect(await statusOf(dav.ask("MOVE", "/Hut", to("/Cabin")))).toBe(201);
  expect(await statusOf(dav.ask("DELETE", "/Cabin"))).toBe(409);
  expect(await statusOf(dav.ask("GET", "/Cabin/summit.txt"))).toBe(503);
  expect(await namesIn(ownTree(bob))).toEqual(["Cabin", "note.txt", "own.txt"]);
});

it("hold what one's own programs write on them, for oneself alone", async () => {
  const update =
    '<propertyupdate xmlns="DAV:"><set><prop><x:a xmlns:x="urn:x">seen</x:a></prop></set></propertyupdate>';
  const written = async (path: string, depth = "0") =>
    (await (await dav.ask("PROPFIND", path, { depth })).text()).match(/<a xmlns="urn:x">seen<\/a>/g)?.length ?? 0;

  expect(await statusOf(dav.ask("PROPPATCH", "/Hut/summit.txt", {}, update))).toBe(207);
  expect(await written("/Hut/", "1")).toBe(1);
  await dav.ask("COPY", "/Hut/summit.txt", to("/Hut/copy.txt"));
  await dav.ask("MOVE", "/Hut/summit.txt", to("/Hut/moved.txt"));
  await dav.ask("PUT", "/Hut/summit.txt", {}, "another");
  expect(await Promise.all(["copy", "moved", "summit"].map((name) => written(`/Hut/${name}.txt`)))).toEqual([1, 1, 0]);

  await dav.ask("DELETE", "/Hut/copy.txt");
  await dav.ask("PUT", "/Hut/copy.txt", {}, "another");
  expect(await written("/Hut/copy.txt")).toBe(0);
  const hers = await openFiles(clouds[0]?.site.origin.replace("peer.localhost", "127.0.0.1") ?? "", alice);
  expect(await (await hers.ask("PROPFIND", "/Hut/", { depth: "1" })).text()).not.toContain("seen");
});

it("are locked among one's own programs", async () => {
  const lockinfo = '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>';
  const locked = await dav.ask("LOCK", "/Hut", { depth: "infinity" }, lockinfo);
  const held = { if: `(${locked.headers.get("lock-token")})` };

  expect(await statusOf(dav.ask("LOCK", "/note.txt", {}, lockinfo))).toBe(403);
  expect(await statusOf(dav.ask("PUT", "/Hut/summit.txt", {}, "x"))).toBe(423);
  expect(await statusOf(dav.ask("MOVE", "/own.txt", to("/Hut/own.txt")))).toBe(423);
  expect(await statusOf(dav.ask("PUT", "/Hut/summit.txt", held, "x"))).toBe(204);
  await expect(drive(bob).write(["Hut", "summit.txt"], bytes("y"))).rejects.toMatchObject({ code: "LOCKED" });
});
