import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { foldChanges } from "@/lib/files/changes";
import { lockTree } from "@/lib/files/internal/transaction";
import { placeMount, removeMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import { listTrash, restoreTrashed } from "@/lib/files/trash";
import type { Tree } from "@/lib/files/tree";
import { type DavFiles, openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { bytes, makeFile } from "@/tests/make-files";

let server: Awaited<ReturnType<typeof startServer>>;
let alice: SessionPrincipal;
let files: Tree;
let dav: DavFiles;

beforeEach(async () => {
  server = await startServer();
  alice = await makeUser({ userName: "alice" });
  files = ownTree(alice);
  dav = await openFiles(server.origin, alice);
  await makeFile(alice, "/Work/plan.txt", "plan");
  await makeFile(alice, "/Work/Deep/more.txt", "more");
  await makeFile(alice, "/elsewhere.txt", "x");
});
afterEach(() => server.stop());

const report = (token: string, { level = "1", limit = 0 } = {}) =>
  `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>${level}</sync-level>` +
  `${limit ? `<limit><nresults>${limit}</nresults></limit>` : ""}<prop><getetag/></prop></sync-collection>`;
const ask = (path: string, ...args: Parameters<typeof report>) => dav.ask("REPORT", path, {}, report(...args));

/** What is told since a token, as "name" or "-name" for what went, and the token to go on with. */
async function follow(token = "", path = "/Work/") {
  const body = await (await ask(path, token)).text();
  const responses = [...body.matchAll(/<d:href>([^<]*)<\/d:href>(.*)/g)];
  const told = responses.map(([, href = "", rest = ""]) => {
    const name = decodeURIComponent(href.slice(`${dav.root}${path}`.length));
    return rest.startsWith("<d:status>HTTP/1.1 404") ? `-${name}` : name;
  });
  return { told, token: /<d:sync-token>([^<]+)/.exec(body)?.[1] ?? "" };
}

it("tells first what is there, and then what came, changed and went", async () => {
  const first = await follow();
  expect(first.told).toEqual(["Deep/", "plan.txt"]);
  expect((await follow(first.token)).told).toEqual([]);

  await files.write(["Work", "new.txt"], bytes("new"));
  await files.write(["Work", "plan.txt"], bytes("changed"));
  await files.write(["elsewhere.txt"], bytes("not here"));
  const second = await follow(first.token);
  expect(second.told).toEqual(["new.txt", "plan.txt"]);

  await files.move(["Work", "new.txt"], ["Work", "renamed.txt"]);
  await files.move(["Work", "plan.txt"], ["out.txt"]);
  await files.move(["elsewhere.txt"], ["Work", "in.txt"]);
  await files.write(["Work", "Deep", "below.txt"], bytes("x"));
  await foldChanges();
  const third = await follow(second.token);
  expect(third.told).toEqual(["-new.txt", "-plan.txt", "Deep/", "in.txt", "renamed.txt"]);

  await files.remove(["Work", "Deep"]);
  await files.write(["Work", "new.txt"], bytes("again"));
  const fourth = await follow(third.token);
  expect(fourth.told).toEqual(["-Deep", "new.txt"]);

  const { items } = await listTrash(alice);
  await restoreTrashed(
    alice,
    items.map(({ id }) => id),
  );
  expect((await follow(fourth.token)).told).toEqual(["Deep/"]);
  // Whoever was away hears of the state, not of each step.
  expect((await follow(first.token)).told).toEqual(["-plan.txt", "Deep/", "in.txt", "new.txt", "renamed.txt"]);
});

it("tells what replaced something, and what was copied over", async () => {
  const { token } = await follow();

  await files.copy(["elsewhere.txt"], ["Work", "plan.txt"], { overwrite: true });

  expect((await follow(token)).told).toEqual(["plan.txt"]);
});

it("tells of received shares that come and go at the top", async () => {
  const { siteId, userId } = alice;
  const people = { sender: "bob", owner: "bob", senderName: "Bob", shareWith: "alice", receiverId: userId };
  const what = { name: "Given", resourceType: "folder", role: "viewer" as const, state: "accepted" as const };
  const data = { siteId, provider: "cloud.example.org", providerId: "1", ...people, ...what };
  const { id: receivedShareId } = await db().receivedShare.create({ data });
  const { token } = await follow("", "/");

  await db().$transaction((tx) => placeMount(tx, { siteId, userId, receivedShareId, name: "Given" }));
  const placed = await follow(token, "/");
  await db().$transaction((tx) => removeMount(tx, siteId, receivedShareId));

  expect(placed.told).toEqual(["Given/"]);
  expect((await follow(placed.token, "/")).told).toEqual(["-Given"]);
});

it("wants the folder read anew where it can no longer tell", async () => {
  const { token } = await follow();
  const ofOther = (await follow("", "/")).token;
  const monthOld = token.replace(/\d+$/, String(Math.floor(Date.now() / 1000) - 30 * 86_400));
  const unknown = token.replace(/:\d+-/, ":99999999-");
  const restored = token.replace(/-\d+:(\d+)$/, "-1:$1");

  for (const bad of ["urn:x", ofOther, monthOld, unknown, restored]) {
    const answer = await ask("/Work/", bad);
    expect([bad, answer.status]).toEqual([bad, 403]);
    expect(await answer.text()).toContain("<d:valid-sync-token/>");
  }
});

it("is asked within limits, of folders of one's own", async () => {
  const refused = async (path: string, ...args: Parameters<typeof report>) => {
    const answer = await ask(path, ...args);
    return [answer.status, /<d:error[^>]*><d:([a-z-]+)\/>/.exec(await answer.text())?.[1]];
  };

  expect(await refused("/Work/", "", { limit: 1 })).toEqual([507, "number-of-matches-within-limits"]);
  expect(await refused("/Work/", "", { level: "infinite" })).toEqual([403, "sync-traversal-supported"]);
  expect(await refused("/Work/plan.txt", "")).toEqual([403, "supported-report"]);
  expect((await dav.ask("REPORT", "/Work/", {}, '<expand-property xmlns="DAV:"/>')).status).toBe(403);
  expect((await dav.ask("REPORT", "/Work/", { depth: "1" }, report(""))).status).toBe(400);
  expect((await dav.ask("REPORT", "/None/", {}, report(""))).status).toBe(404);
});

it("is found by the properties of a folder, for who asks for them", async () => {
  const query = '<propfind xmlns="DAV:"><prop><sync-token/><supported-report-set/></prop></propfind>';
  const ofFolder = await (await dav.ask("PROPFIND", "/Work/", { depth: "0" }, query)).text();
  const token = /<d:sync-token>([^<]+)/.exec(ofFolder)?.[1] ?? "";
  await files.write(["Work", "new.txt"], bytes("new"));

  expect(ofFolder).toContain("<d:sync-collection/>");
  expect((await follow(token)).told).toEqual(["new.txt"]);
  expect(await (await dav.ask("PROPFIND", "/Work/", { depth: "0" })).text()).not.toContain("sync");
});

it("is known of a folder without waiting for who changes it", async () => {
  const query = (name: string) => `<propfind xmlns="DAV:"><prop><${name}/></prop></propfind>`;
  const asked = (name: string) => dav.ask("PROPFIND", "/Work/", { depth: "0" }, query(name));
  let isAnswered = false;
  const token = await db().$transaction(async (tx) => {
    await lockTree(tx, alice.siteId, alice.userId);
    expect(await (await asked("supported-report-set")).text()).toContain("<d:sync-collection/>");
    const asking = asked("sync-token").then((answer) => {
      isAnswered = true;
      return answer.text();
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAnswered).toBe(false);
    return { asking };
  });
  expect(await token.asking).toContain("<d:sync-token>");
});

it("misses no change that was under way when the token was given", async () => {
  let { token } = await follow();
  const names = Array.from({ length: 30 }, (_, index) => `file-${index}.txt`);
  const seen = new Set<string>();
  const writing = Promise.all(names.map((name) => files.write(["Work", name], bytes("x"), { size: 1 })));
  for (let round = 0; round < 8; round++) {
    const next = await follow(token);
    for (const name of next.told) seen.add(name);
    ({ token } = next);
  }
  await writing;
  for (const name of (await follow(token)).told) seen.add(name);

  expect([...seen].sort()).toEqual([...names].sort());
});
