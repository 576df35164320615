import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { moveEditsToOwn } from "@/lib/files/offline-edits";
import { ownTree } from "@/lib/files/own-tree";
import { getUsage } from "@/lib/files/usage";
import { stopLive } from "@/lib/notices/live";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { tendCopies } from "@/lib/sharing/received/offline/tend-copies";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { befriend, type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { untilBlocked } from "@/tests/locks";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, names, namesIn } from "@/tests/make-files";
import { drive } from "./drive";
import { getFolder } from "./folder-view";
import { getOfflineFacts, keepHere, keepNoMore } from "./offline";
import { programsTree, shownTree } from "./shown-tree";

let hers: Cloud;
let his: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let sentId: string;
let provider: string;

/** Bob, on another cloud, keeps a copy of a folder that Alice lets him edit; then her cloud goes away. */
beforeEach(async () => {
  [hers, his] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: hers.site, displayName: "Alice" });
  bob = await makeUser({ site: his.site, displayName: "Bob" });
  provider = new URL(hers.site.origin).host;
  const [contact] = await befriend(alice, bob);
  await makeFile(alice, "/Trail/map.txt", "A map.");
  const { id: nodeId } = await ownTree(alice).stat(["Trail"]);
  const recipient = { kind: "contact" as const, id: contact.id };
  ({ id: sentId } = await sendShare(alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" }));
  await deliverAll();
  await acceptShare(bob, (await listReceivedShares(bob)).items[0]?.id ?? "");
  await deliverAll();
  await keepHere(bob, ["Trail"]);
  await tend();
  isAway = true;
});
afterEach(() => Promise.all([hers.stop(), his.stop(), stopLive()]));

/** For what begins in the background of a busy machine. */
const AT_MOST = { timeout: 10_000 };
const tend = () => tendCopies({ siteId: bob.siteId, provider });
let isAway = true;
const MAP = names("/Trail/map.txt");
/** While her cloud is away, and Bob's has noticed. */
const write = async (path: string, content: string, options = {}) => {
  if (isAway) {
    hers.setAway(true);
    await db().receivedShare.updateMany({
      where: { siteId: bob.siteId },
      data: { failure: "It is away.", isAway: true },
    });
  }
  return drive(bob).write(names(path), bytes(content), options);
};
const comeBack = async () => {
  isAway = false;
  hers.setAway(false);
  await db().breaker.deleteMany();
  await tend();
};
const read = async (path: string) => text((await drive(bob).read(names(path))).body);
const hersAt = (path: string) => contentOf(ownTree(alice), path);
const states = async () =>
  Object.fromEntries((await getFolder(bob, ["Trail"])).items.map(({ name, offline }) => [name, offline?.state]));
const notices = () => db().notice.findMany({ where: { siteId: bob.siteId, kind: "edit-kept-apart" } });
const used = async () => (await getUsage(bob)).used;
const conflictName = (name: string) =>
  name.replace(".", ` (conflict of Bob, ${new Date().toISOString().slice(0, 10)}).`);

describe("what is changed while its cloud is away", () => {
  it("is seen at once, waits, and is sent when that cloud is back", async () => {
    const { entry, created } = await write("/Trail/map.txt", "A better map.");
    const added = await write("/Trail/new.txt", "New.");

    expect([created, added.created]).toEqual([false, true]);
    expect([await read("/Trail/map.txt"), await read("/Trail/new.txt")]).toEqual(["A better map.", "New."]);
    expect((await drive(bob).stat(MAP)).etag).toBe(entry.etag);
    expect(await states()).toEqual({ "map.txt": "waiting", "new.txt": "waiting" });
    expect(await getOfflineFacts(bob, ["Trail"])).toMatchObject({ count: 2, bytes: 17, waiting: 2 });
    expect(await hersAt("/Trail/map.txt")).toBe("A map.");

    await comeBack();

    expect([await hersAt("/Trail/map.txt"), await hersAt("/Trail/new.txt")]).toEqual(["A better map.", "New."]);
    expect(await states()).toEqual({ "map.txt": "here", "new.txt": "here" });
    expect([await used(), await notices()]).toEqual([17, []]);
  });

  it("is sent as it was last, over what it was first made from", async () => {
    const { entry } = await write("/Trail/map.txt", "Second.");
    await write("/Trail/map.txt", "Third, longer.", { ifMatch: entry.etag });
    await expect(write("/Trail/map.txt", "x", { ifMatch: entry.etag })).rejects.toMatchObject({ status: 412 });

    await comeBack();

    expect(await hersAt("/Trail/map.txt")).toBe("Third, longer.");
    expect(await namesIn(ownTree(alice), "/Trail")).toEqual(["map.txt"]);
    expect(await used()).toBe(14);
  });

  it("is kept beside what was changed there as well, and its person is told", async () => {
    await write("/Trail/map.txt", "Bob's map.");
    await drive(alice).write(MAP, bytes("Alice's map."));

    await comeBack();

    const keptAs = conflictName("map.txt");
    expect(await hersAt("/Trail/map.txt")).toBe("Alice's map.");
    expect(await hersAt(`/Trail/${keptAs}`)).toBe("Bob's map.");
    expect([await read("/Trail/map.txt"), await read(`/Trail/${keptAs}`)]).toEqual(["Alice's map.", "Bob's map."]);
    expect((await notices())[0]?.about).toMatchObject({ resource: "map.txt", keptAs, where: "beside", name: "Alice" });
    expect(await used()).toBe(22);
  });

  it("is kept beside when both made a file of that name, and there as well when it was deleted", async () => {
    await write("/Trail/new.txt", "Bob's.");
    await write("/Trail/map.txt", "Bob's map.");
    await makeFile(alice, "/Trail/new.txt", "Alice's.");
    await drive(alice).remove(MAP);

    await comeBack();

    expect(await namesIn(ownTree(alice), "/Trail")).toEqual(
      [conflictName("map.txt"), conflictName("new.txt"), "new.txt"].sort(),
    );
  });

  it("is not sent twice when the answer of the first time was lost", async () => {
    await write("/Trail/map.txt", "A better map.");
    await drive(alice).write(MAP, bytes("A better map.")); // as the first try has left it

    await comeBack();

    expect(await namesIn(ownTree(alice), "/Trail")).toEqual(["map.txt"]);
    expect([await states(), await notices()]).toEqual([{ "map.txt": "here" }, []]);
  });

  it("is kept among one's own files when it may not be sent any more", async () => {
    await write("/Trail/map.txt", "Bob's map.");
    hers.setAway(false);
    await updateSentShare(alice, sentId, { role: "viewer" });

    await comeBack();

    expect(await contentOf(ownTree(bob), "/map (not sent).txt")).toBe("Bob's map.");
    expect(await hersAt("/Trail/map.txt")).toBe("A map.");
    expect((await notices())[0]?.about).toMatchObject({ keptAs: "map (not sent).txt", where: "own" });
    expect([await read("/Trail/map.txt"), await used()]).toEqual(["A map.", 16]);
  });

  it("is kept among one's own files when its folder is gone by then", async () => {
    await makeFile(alice, "/Trail/huts/first.txt", "A hut.");
    await tend();
    await write("/Trail/huts/second.txt", "Another hut.");
    await drive(alice).remove(names("/Trail/huts"));

    await comeBack();

    expect(await contentOf(ownTree(bob), "/second (not sent).txt")).toBe("Another hut.");
    expect(await used()).toBe(18);
  });

  it("is kept among one's own files when the share ends before", async () => {
    await write("/Trail/map.txt", "Bob's map.");
    hers.setAway(false);
    await revokeShare(alice, sentId);
    await deliverAll();

    expect(await contentOf(ownTree(bob), "/map (not sent).txt")).toBe("Bob's map.");
    expect([await used(), await db().offlineCopy.count()]).toEqual([10, 0]);
  });

  it("is not let go of before it is sent", async () => {
    await write("/Trail/map.txt", "Bob's map.");

    await expect(keepNoMore(bob, ["Trail"])).rejects.toMatchObject({ status: 409, code: "EDITS_WAIT" });
    await comeBack();
    await keepNoMore(bob, ["Trail"]);

    expect(await used()).toBe(0);
  });

  it("waits on while her cloud does not take it, and does not hold up the others", async () => {
    await write("/Trail/map.txt", "Bob's map.");
    await write("/Trail/a.txt", "");
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 6 } });
    await comeBack();

    expect(await hersAt("/Trail/a.txt")).toBe("");
    // Also once what that cloud has is known anew.
    await db().knownFolder.deleteMany();
    expect(await states()).toEqual({ "a.txt": "here", "map.txt": "waiting" });
    expect(await getOfflineFacts(bob, ["Trail"])).toMatchObject({ problem: expect.stringMatching(/no space/) });
    await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 1000 } });
    await comeBack();
    expect(await hersAt("/Trail/map.txt")).toBe("Bob's map.");
  });
});

it("what is new and waits is seen by every way of looking, also once its cloud has been looked at again", async () => {
  await write("/Trail/new.txt", "Much longer than that.");
  await write("/Trail/map.txt", "Bob's map.");
  await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 6 } });
  await comeBack();
  await db().knownFolder.deleteMany();

  const trees = [shownTree(bob), programsTree(bob), drive(bob)];
  for (const tree of trees) {
    const { items } = await tree.list(["Trail"]);
    expect(items.map(({ name, size }) => [name, size])).toEqual([
      ["map.txt", 10],
      ["new.txt", 22],
    ]);
    expect(await tree.stat(names("/Trail/new.txt"))).toMatchObject({ size: 22, canWrite: true });
  }
  const first = await shownTree(bob).list(["Trail"], { limit: 1 });
  expect(first.items).toHaveLength(2);
});

describe("what waits to be sent, and is moved", () => {
  const notSent = () => contentOf(ownTree(bob), "/map (not sent).txt");
  const back = () => {
    isAway = false;
    hers.setAway(false);
    return db().breaker.deleteMany();
  };

  it("is kept among one's own files when it goes to where no copy is kept, and takes its room there alone", async () => {
    await makeFile(alice, "/Trail/huts/map.txt", "A map of huts.");
    await db().offlinePin.deleteMany();
    await db().offlineCopy.deleteMany();
    await db().user.updateMany({ where: { id: bob.userId }, data: { used: 0 } });
    await keepHere(bob, names("/Trail/huts"));
    await tend();
    await write("/Trail/huts/map.txt", "Bob's map.");
    await back();

    await drive(bob).move(names("/Trail/huts/map.txt"), names("/Trail/moved.txt"));

    expect(await notSent()).toBe("Bob's map.");
    expect((await notices())[0]?.about).toMatchObject({ resource: "map.txt", keptAs: "map (not sent).txt" });
    expect([await db().offlineCopy.count(), await used()]).toEqual([0, 10]);
  });

  it("is kept among one's own files when something else is put in its place", async () => {
    await makeFile(alice, "/Trail/other.txt", "Another map.");
    await tend();
    await write("/Trail/map.txt", "Bob's map.");
    await back();

    await drive(bob).move(names("/Trail/other.txt"), MAP, { overwrite: true });
    await tend();

    expect([await notSent(), await hersAt("/Trail/map.txt")]).toEqual(["Bob's map.", "Another map."]);
    expect([await read("/Trail/map.txt"), await used()]).toEqual(["Another map.", 22]);
  });

  it("goes along within what is pinned, and is sent there", async () => {
    await write("/Trail/map.txt", "Bob's map.");
    await back();

    await drive(bob).move(MAP, names("/Trail/moved.txt"));
    await tend();

    expect(await hersAt("/Trail/moved.txt")).toBe("Bob's map.");
  });
});

describe("what is written at the very moment", () => {
  const place = async () => db().offlineCopy.findFirstOrThrow({ where: { path: "/map.txt" } });

  it("when its pin is let go of is not left behind", async () => {
    const { nodeId } = await place();
    let letGo: Promise<unknown> | undefined;
    await db().$transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM "OfflinePin" WHERE "nodeId" = ${nodeId}::uuid FOR KEY SHARE`;
      await tx.$executeRaw`UPDATE "OfflineCopy" SET "baseEtag" = etag WHERE "nodeId" = ${nodeId}::uuid`;
      letGo = keepNoMore(bob, ["Trail"]).catch((error) => error.code);
      await untilBlocked();
    });

    expect([await letGo, await db().offlinePin.count()]).toEqual(["EDITS_WAIT", 1]);
  });

  it("when what was there before goes among one's own files is what goes there", async () => {
    const before = await place();
    await write("/Trail/map.txt", "Bob's first.");
    const newer = await makeFile(bob, "/newer.txt", "Bob's last.");
    const { blobId } = await db().fileNode.findFirstOrThrow({ where: { id: newer.id } });
    let moving: Promise<unknown> | undefined;
    await db().$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE "OfflineCopy" SET "blobId" = ${blobId}::uuid, size = 11 WHERE "nodeId" = ${before.nodeId}::uuid`;
      moving = db().$transaction((other) => moveEditsToOwn(other, { siteId: bob.siteId, nodeId: before.nodeId }));
      await untilBlocked();
    });

    expect(await moving).toEqual([["map.txt", "map (not sent).txt"]]);
    expect(await contentOf(ownTree(bob), "/map (not sent).txt")).toBe("Bob's last.");
  });

  it("when the change before is sent is held against that", async () => {
    const { entry } = await write("/Trail/map.txt", "Bob's first.");
    const slow = new PassThrough();
    const last = "Bob's last. ".repeat(1000); // too much to be taken in before anything is begun
    slow.write(last.slice(0, 6));
    const writing = drive(bob).write(MAP, slow, { size: last.length });
    await vi.waitUntil(async () => (await db().uploadLease.count({ where: { siteId: bob.siteId } })) === 1, AT_MOST);
    await comeBack();
    expect(await hersAt("/Trail/map.txt")).toBe("Bob's first.");
    slow.end(last.slice(6));
    expect((await writing).entry.etag).not.toBe(entry.etag);

    await tend();

    expect(await hersAt("/Trail/map.txt")).toBe(last);
    expect([await namesIn(ownTree(alice), "/Trail"), await notices()]).toEqual([["map.txt"], []]);
  });

  /** While it is written, which ends after that. */
  const meanwhile = async (path: string, happens: () => Promise<unknown>) => {
    const [content, body] = ["A long tale. ".repeat(1000), new PassThrough()];
    body.write(content.slice(0, 6));
    const writing = drive(bob).write(names(path), body, { size: content.length });
    const outcome = writing.then(
      () => content,
      (error) => error.code,
    );
    await vi.waitUntil(async () => (await db().uploadLease.count({ where: { siteId: bob.siteId } })) === 1, AT_MOST);
    await happens();
    body.end(content.slice(6));
    return outcome;
  };

  it("when its folder is deleted or moved away here is kept among one's own files, and one is told", async () => {
    await makeFile(alice, "/Trail/huts/high/one.txt", "One.");
    await tend();
    await write("/Trail/map.txt", "Bob's map.");

    const first = await meanwhile("/Trail/huts/high/tale.txt", () =>
      drive(bob).move(names("/Trail/huts"), names("/Trail/cabins")),
    );
    const second = await meanwhile("/Trail/cabins/tale.txt", () => drive(bob).remove(names("/Trail/cabins")));

    expect(await contentOf(ownTree(bob), "/tale (not sent).txt")).toBe(first);
    expect(await contentOf(ownTree(bob), "/tale (not sent) (2).txt")).toBe(second);
    expect((await notices()).map(({ about }) => about)).toMatchObject(
      Array(2).fill({ resource: "tale.txt", where: "own", reason: expect.stringMatching(/folder/) }),
    );
    await comeBack();
    expect([await namesIn(ownTree(alice), "/Trail"), await used()]).toEqual([["map.txt"], first.length * 2 + 10]);
  });

  it("stays in its folder also where nothing is known any more of the one above", async () => {
    await makeFile(alice, "/Trail/huts/one.txt", "One.");
    await tend();
    await db().knownFolder.deleteMany({ where: { siteId: bob.siteId, path: "" } });

    await write("/Trail/huts/tale.txt", "A tale.");

    expect([await read("/Trail/huts/tale.txt"), await notices()]).toEqual(["A tale.", []]);
    await comeBack();
    expect(await hersAt("/Trail/huts/tale.txt")).toBe("A tale.");
  });

  it("when the share ends, by whomever, is refused and takes no room", async () => {
    const { id } = await db().receivedShare.findFirstOrThrow({ where: { siteId: bob.siteId } });
    await write("/Trail/map.txt", "Bob's map.");

    expect(await meanwhile("/Trail/tale.txt", () => leaveShare(bob, id))).toBe("NODE_NOT_FOUND");

    expect(await namesIn(ownTree(bob))).toEqual(["map (not sent).txt"]);
    expect([await used(), await db().uploadLease.count(), await db().offlineCopy.count()]).toEqual([10, 0, 0]);
  });
});

it("a file is not written where nothing is kept, nor where that makes no sense", async () => {
  await write("/Trail/map.txt", "x");

  await expect(write("/Trail/no/where.txt", "x")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
  await expect(write("/Trail/map.txt", "x", { ifAbsent: true })).rejects.toMatchObject({ code: "NAME_TAKEN" });
  await expect(write("/Trail/a\\b.txt", "x")).rejects.toMatchObject({ code: "NAME_INVALID" });
  await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { role: "viewer" } });
  await expect(write("/Trail/map.txt", "y")).rejects.toMatchObject({ status: 403, code: "READ_ONLY" });
  await db().offlinePin.deleteMany();
  await expect(write("/Trail/map.txt", "y")).rejects.toMatchObject({ code: "READ_ONLY" });
  expect(await db().offlineCopy.count()).toBe(1);
});

it("the room for it is one's own", async () => {
  await db().user.updateMany({ where: { id: bob.userId }, data: { quota: 10 } });

  await expect(write("/Trail/map.txt", "longer than that")).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });

  expect([await read("/Trail/map.txt"), await used()]).toEqual(["A map.", 6]);
});
