import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { drive } from "@/lib/drive/drive";
import { listLocks, takeLock } from "@/lib/files/locks";
import { ownTree } from "@/lib/files/own-tree";
import { restoreTrashed } from "@/lib/files/trash";
import { sharedTree } from "@/lib/sharing/sent/shared-tree";
import { getSite } from "@/lib/sites/sites";
import { type DavFiles, hrefsIn, openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";

let server: Awaited<ReturnType<typeof startServer>>;
let alice: SessionPrincipal;
let dav: DavFiles;

beforeEach(async () => {
  server = await startServer();
  alice = await makeUser({ userName: "alice" });
  dav = await openFiles(server.origin, alice);
  await makeFile(alice, "/Work/plan.txt", "plan");
  await makeFile(alice, "/Work/Deep/more.txt", "more");
});
afterEach(() => server.stop());

const lockinfo = (scope: string) =>
  `<lockinfo xmlns="DAV:"><lockscope><${scope}/></lockscope><locktype><write/></locktype><owner><href>mailto:a&amp;b</href></owner></lockinfo>`;

async function lock(path: string, headers: Record<string, string> = {}, scope = "exclusive") {
  const answer = await dav.ask("LOCK", path, { depth: "0", ...headers }, lockinfo(scope));
  const token = answer.headers.get("lock-token") ?? "";
  return { status: answer.status, token, body: await answer.text(), held: { if: `(${token})` } };
}
const put = async (path: string, headers: Record<string, string> = {}) =>
  (await dav.ask("PUT", path, headers, "new")).status;
const ask = async (...args: Parameters<DavFiles["ask"]>) => (await dav.ask(...args)).status;
const to = (path: string) => ({ destination: `${dav.root}${path}` });

describe("a lock", () => {
  it("tells what it is, in its answer and to whoever looks", async () => {
    const taken = await lock("/Work/plan.txt", { timeout: "Second-600" });
    const found = await (await dav.ask("PROPFIND", "/Work/", { depth: "1" })).text();

    expect(taken.status).toBe(200);
    expect(taken.token).toMatch(/^<urn:uuid:[0-9a-f-]{36}>$/);
    for (const body of [taken.body, found]) {
      expect(body).toContain("<d:lockscope><d:exclusive/></d:lockscope><d:depth>0</d:depth>");
      expect(body).toContain('<owner xmlns="DAV:"><href>mailto:a&amp;b</href></owner>');
      expect(body).toMatch(/<d:timeout>Second-(600|59\d)<\/d:timeout>/);
      expect(body).toContain("<d:lockroot><d:href>/dav/files/alice/Work/plan.txt</d:href></d:lockroot>");
    }
    expect(found.match(/<d:activelock>/g)).toHaveLength(1);
  });

  it("keeps everybody out who does not name it", async () => {
    const { held } = await lock("/Work/plan.txt");

    expect(await put("/Work/plan.txt")).toBe(423);
    expect(await put("/Work/plan.txt", { if: "(<urn:uuid:00000000-0000-4000-8000-000000000000>)" })).toBe(412);
    expect(await put("/Work/plan.txt", { if: "(Not <DAV:no-lock>)" })).toBe(423);
    expect(await ask("DELETE", "/Work")).toBe(423);
    expect(await ask("MOVE", "/Work", to("/Gone"))).toBe(423);
    expect(await ask("COPY", "/Work/Deep/more.txt", to("/Work/plan.txt"))).toBe(423);
    expect(await ask("COPY", "/Work/plan.txt", to("/Work/copy.txt"))).toBe(201);
    expect(await put("/Work/plan.txt", held)).toBe(204);
    expect(await ask("MOVE", "/Work", { ...to("/Gone"), if: `<${dav.root}/Work/plan.txt> ${held.if}` })).toBe(201);
  });

  it("says of what is locked where", async () => {
    await lock("/Work/plan.txt");

    const refused = await (await dav.ask("DELETE", "/Work")).text();
    const conflicting = await dav.ask("LOCK", "/Work", {}, lockinfo("exclusive"));

    expect(refused).toContain("<d:lock-token-submitted><d:href>/dav/files/alice/Work/plan.txt</d:href>");
    expect(conflicting.status).toBe(423);
    expect(await conflicting.text()).toContain(
      "<d:no-conflicting-lock><d:href>/dav/files/alice/Work/plan.txt</d:href>",
    );
  });

  it("holds below a folder as deep as it was asked for", async () => {
    const deep = await lock("/Work", { depth: "infinity" });
    expect(await put("/Work/Deep/more.txt")).toBe(423);
    expect(await put("/Work/Deep/new.txt", { if: `<${dav.root}/Work> (${deep.token})` })).toBe(201);
    expect(await ask("UNLOCK", "/Work/Deep/more.txt", { "lock-token": deep.token })).toBe(204);

    const shallow = await lock("/Work");
    expect(await put("/Work/Deep/more.txt")).toBe(204);
    expect(await put("/Work/plan.txt")).toBe(204);
    expect(await put("/Work/another.txt")).toBe(423);
    expect(await ask("DELETE", "/Work/plan.txt")).toBe(423);
    expect(await ask("MKCOL", "/Work/Folder")).toBe(423);
    expect(await ask("MKCOL", "/Work/Folder", { if: `<${dav.root}/Work/> (${shallow.token})` })).toBe(201);
  });

  it("is shared by several or held by one", async () => {
    const one = await lock("/Work/plan.txt", {}, "shared");
    const other = await lock("/Work/plan.txt", {}, "shared");
    expect((await lock("/Work/plan.txt")).status).toBe(423);

    expect([one.status, other.status]).toEqual([200, 200]);
    expect(await put("/Work/plan.txt")).toBe(423);
    expect(await put("/Work/plan.txt", one.held)).toBe(204);
    expect(await put("/Work/plan.txt", other.held)).toBe(204);
  });

  it("is one of a few on one thing, and says little of who holds it", async () => {
    const wish = { path: ["Work"], isDeep: true, isExclusive: false, holder: "", seconds: 60 };
    for (let count = 0; count < 15; count++) await takeLock(alice, wish);
    await lock("/Work/plan.txt", {}, "shared");

    expect((await lock("/Work/plan.txt", {}, "shared")).status).toBe(409);
    expect((await lock("/Work/plan.txt")).status).toBe(423);
    const found = await (await dav.ask("PROPFIND", "/Work/", { depth: "1" })).text();
    const responses = found.split("<d:response>").map((part) => part.match(/<d:activelock>/g)?.length ?? 0);
    expect(responses).toEqual([0, 15, 15, 16]);
    const long = lockinfo("exclusive").replace("a&amp;b", "a".repeat(1024));
    expect(await ask("LOCK", "/elsewhere.txt", {}, long)).toBe(400);
  });

  it("makes an empty file where there is nothing, and nothing where there is no folder", async () => {
    const { status, held } = await lock("/Work/later.txt");

    expect(status).toBe(201);
    expect(await contentOf(ownTree(alice), "/Work/later.txt")).toBe("");
    expect(await put("/Work/later.txt")).toBe(423);
    expect(await put("/Work/later.txt", held)).toBe(204);
    expect((await lock("/Nowhere/later.txt")).status).toBe(409);
    expect(await listLocks(alice)).toHaveLength(1);
  });

  it("that is refused leaves no file behind", async () => {
    const wish = { path: ["Work"], isDeep: true, isExclusive: false, holder: "", seconds: 60 };
    const ids: string[] = [];
    for (let count = 0; count < 16; count++) ids.push((await takeLock(alice, wish)).id);

    const held = { if: `<${dav.root}/Work/> (<urn:uuid:${ids[0]}>)` };
    expect((await lock("/Work/stray.txt", held, "shared")).status).toBe(409);
    expect(await namesIn(ownTree(alice), "/Work")).toEqual(["Deep", "plan.txt"]);
  });

  it("lasts as long as it is refreshed, at most an hour", async () => {
    const { held, token, body } = await lock("/Work/plan.txt", { timeout: "Infinite, Second-4100000000" });
    expect(body).toMatch(/Second-(3600|3599)</);
    const refreshed = await dav.ask("LOCK", "/Work/plan.txt", { ...held, timeout: "Second-60" });
    expect([refreshed.status, refreshed.headers.get("lock-token")]).toEqual([200, null]);
    expect(await refreshed.text()).toMatch(/Second-(60|59)</);
    expect(await ask("LOCK", "/Work/plan.txt")).toBe(400);

    await db().fileLock.updateMany({ data: { expiresAt: new Date(0) } });
    expect(await put("/Work/plan.txt", held)).toBe(412);
    expect(await put("/Work/plan.txt")).toBe(204);
    expect(await ask("UNLOCK", "/Work/plan.txt", { "lock-token": token })).toBe(409);
  });

  it("ends by its token, and with what it was on", async () => {
    const one = await lock("/Work/plan.txt");
    expect(await ask("UNLOCK", "/Work/Deep/more.txt", { "lock-token": one.token })).toBe(409);
    expect(await ask("UNLOCK", "/Work/plan.txt", { "lock-token": "<urn:x>" })).toBe(409);
    expect(await ask("UNLOCK", "/Work/plan.txt")).toBe(400);
    expect(await ask("UNLOCK", "/Work/plan.txt", { "lock-token": one.token })).toBe(204);

    const moved = await lock("/Work/plan.txt");
    expect(await ask("MOVE", "/Work/plan.txt", { ...to("/moved.txt"), ...moved.held })).toBe(201);
    const deleted = await lock("/Work/Deep", { depth: "infinity" });
    expect(await ask("DELETE", "/Work/Deep", deleted.held)).toBe(204);
    expect(await listLocks(alice)).toEqual([]);
  });

  it("is of one person: no other finds it, and it stands in nobody else's way", async () => {
    const bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob" });
    const { held } = await lock("/Work/plan.txt");

    await makeFile(bob, "/Work/plan.txt", "Bob's");
    await drive(bob).write(["Work", "plan.txt"], bytes("new"));

    const foreign = drive(bob, { heldLocks: [held.if.slice(11, -2)] });
    await foreign.takeLock({ path: ["Work"], isDeep: true, isExclusive: true, holder: "", seconds: 60 });
    expect(await listLocks(bob)).toHaveLength(1);
    expect(await listLocks(alice)).toHaveLength(1);
  });

  it("is refused where nothing may be written, and as nonsense", async () => {
    const body = (text: string) => dav.ask("LOCK", "/Work/plan.txt", {}, text);
    const doctype = '<!DOCTYPE a [<!ENTITY x "y">]><lockinfo xmlns="DAV:"/>';

    expect((await lock("/Work/plan.txt", { depth: "1" })).status).toBe(400);
    for (const text of ["<lockinfo", "<a/>", doctype, `<lockinfo xmlns="DAV:">${"<a>".repeat(100)}`]) {
      expect((await body(text)).status).toBe(400);
    }
    expect((await body(" ".repeat(2_000_000))).status).toBe(413);
  });
});

describe("beside WebDAV", () => {
  it("what is locked is not changed in the browser either", async () => {
    await lock("/Work/plan.txt");
    const code = expect.objectContaining({ code: "LOCKED", status: 423 });
    const files = drive(alice);

    await expect(files.write(["Work", "plan.txt"], bytes("x"))).rejects.toEqual(code);
    await expect(files.write(["Work", "plan.txt"], bytes("x"), { size: 1 })).rejects.toEqual(code);
    await expect(files.remove(["Work"])).rejects.toEqual(code);
    await expect(files.move(["Work", "plan.txt"], ["moved.txt"])).rejects.toEqual(code);
    await expect(files.copy(["Work", "Deep"], ["Work", "plan.txt"], { overwrite: true })).rejects.toEqual(code);
    expect(await namesIn(ownTree(alice), "/Work")).toEqual(["Deep", "plan.txt"]);
    expect(await contentOf(ownTree(alice), "/Work/plan.txt")).toBe("plan");
  });

  it("nothing new comes into a locked folder, what is in it changes", async () => {
    await ownTree(alice).write(["Work", "gone.txt"], bytes("x"));
    const { id } = await ownTree(alice).stat(["Work", "gone.txt"]);
    await ownTree(alice).remove(["Work", "gone.txt"]);
    const { held } = await lock("/Work");
    const code = expect.objectContaining({ code: "LOCKED", status: 423 });

    await expect(drive(alice).write(["Work", "new.txt"], bytes("x"))).rejects.toEqual(code);
    await expect(restoreTrashed(alice, [id])).rejects.toEqual(code);
    await drive(alice).write(["Work", "plan.txt"], bytes("x"));
    await drive(alice).write(["Work", "Deep", "new.txt"], bytes("x"));
    await drive(alice, { heldLocks: [held.if.slice(11, -2)] }).write(["Work", "new.txt"], bytes("x"));

    await lock("/Work/plan.txt");
    await db().fileLock.deleteMany({ where: { path: "/Work" } });
    expect(await restoreTrashed(alice, [id])).toHaveLength(1);
  });

  it("one of two who lock at the same moment has the lock", async () => {
    const wish = { path: ["Work"], isDeep: true, isExclusive: true, holder: "", seconds: 60 };

    const results = await Promise.allSettled(Array.from({ length: 4 }, () => takeLock(alice, wish)));

    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("a change that began before the lock does not come after it", async () => {
    const body = new PassThrough();
    body.write("late, ");
    const writing = drive(alice).write(["Work", "plan.txt"], body);
    await lock("/Work/plan.txt");
    body.end("and later");

    await expect(writing).rejects.toEqual(expect.objectContaining({ code: "LOCKED" }));
    expect(await contentOf(ownTree(alice), "/Work/plan.txt")).toBe("plan");
  });

  it("what is locked is not changed by whom it is shared with, nor is what it stands in", async () => {
    const { id: nodeId } = await ownTree(alice).stat(["Work", "Deep"]);
    const who = { shareWith: "bob@cloud.example.org", provider: "cloud.example.org", recipientName: "Bob" };
    const { siteId, userId: ownerId } = alice;
    const data = { siteId, nodeId, senderId: ownerId, role: "editor" as const, ...who };
    const { id: sentShareId } = await db().sentShare.create({ data });
    const { provider } = who;
    const theirs = sharedTree({
      kind: "share",
      siteId,
      sentShareId,
      providerId: sentShareId,
      provider,
      holder: "Bob",
      ownerId,
      nodeId,
      role: "editor",
      canReshare: false,
    });
    await lock("/Work/Deep/more.txt");
    const code = expect.objectContaining({ code: "LOCKED", status: 423 });

    await expect(theirs.write(["more.txt"], bytes("x"))).rejects.toEqual(code);
    await expect(theirs.remove(["more.txt"])).rejects.toEqual(code);
    await expect(theirs.move(["more.txt"], ["other.txt"])).rejects.toEqual(code);
    await theirs.write(["new.txt"], bytes("x"));
    await lock("/Work/Deep");
    await theirs.write(["new.txt"], bytes("again"));
    await expect(theirs.write(["newer.txt"], bytes("x"))).rejects.toEqual(code);
    await drive(alice, { heldLocks: (await listLocks(alice)).map(({ id }) => id) }).remove(["Work", "Deep"]);
    await expect(theirs.write(["more.txt"], bytes("x"))).rejects.toMatchObject({ code: "SHARE_SUSPENDED" });
  });

  it("the root of a share has no locks", async () => {
    const options = await fetch(`${server.origin}/dav/ocm/x`, { method: "OPTIONS" });
    const own = await fetch(`${dav.url}/`, { method: "OPTIONS" });

    expect([options.headers.get("dav"), own.headers.get("dav")]).toEqual(["1, 3", "1, 2, 3"]);
    expect(options.headers.get("allow")).not.toContain("LOCK");
    expect(own.headers.get("allow")).toContain("LOCK, UNLOCK");
    expect(hrefsIn(await (await dav.ask("PROPFIND", "/", { depth: "0" })).text())).toHaveLength(1);
  });
});
