import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { sweepBlobs } from "@/lib/files/blobs/sweep";
import { ownTree } from "@/lib/files/own-tree";
import { getUsage } from "@/lib/files/usage";
import { stopLive } from "@/lib/notices/live";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { tendCopies, wakeCopies } from "@/lib/sharing/received/offline/tend-copies";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { forgetSites, listSites } from "@/lib/sites/sites";
import { befriend, type Cloud, deliverAll, startCloud, startFriends } from "@/tests/clouds";
import { damage } from "@/tests/damage";
import { makeUser } from "@/tests/make";
import { bytes, makeFile, names, namesIn } from "@/tests/make-files";
import { drive } from "./drive";
import { getEntry, getFolder } from "./folder-view";
import { getOfflineFacts, keepHere, keepNoMore } from "./offline";

let hers: Cloud;
let his: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let sentId: string;

/** Alice shares a folder with Bob, who lives on another cloud. */
beforeEach(async () => {
  [hers, his] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: hers.site, displayName: "Alice" });
  bob = await makeUser({ site: his.site, displayName: "Bob" });
  await befriend(alice, bob);
  await makeFile(alice, "/Trail/map.txt", "A map.");
  await makeFile(alice, "/Trail/huts/first.txt", "The first hut.");
  await makeFile(alice, "/note.txt", "A note.");
  [, sentId] = await give("Trail");
});
afterEach(() => Promise.all([hers.stop(), his.stop(), stopLive()]));

async function give(name: string): Promise<[id: string, sentId: string]> {
  const contact = await db().contact.findFirstOrThrow({ where: { siteId: alice.siteId } });
  const { id: nodeId } = await ownTree(alice).stat([name]);
  const recipient = { kind: "contact" as const, id: contact.id };
  const sent = await sendShare(alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
  await deliverAll();
  const offered = (await listReceivedShares(bob)).items.find((share) => share.name === name)?.id ?? "";
  await acceptShare(bob, offered);
  await deliverAll();
  return [offered, sent.id];
}

const tend = () => tendCopies({ siteId: bob.siteId, provider: new URL(hers.site.origin).host });
const keep = async (path: string) => {
  await keepHere(bob, names(path));
  await tend();
};
const contentAt = async (path: string) => text((await drive(bob).read(names(path))).body);
const usedBy = async (user: UserPrincipal) => (await getUsage(user)).used;
const statesIn = async (path: string) =>
  Object.fromEntries((await getFolder(bob, names(path))).items.map(({ name, offline }) => [name, offline?.state]));
const factsOf = (path: string) => getOfflineFacts(bob, names(path));
const blobs = () => db().blob.count({ where: { siteId: bob.siteId } });

const TRAIL = "A map.".length + "The first hut.".length;

describe("a folder of which a copy is kept here", () => {
  it("is read when its cloud is away, with all that is in it", async () => {
    await keep("/Trail");
    await hers.stop();

    expect(await contentAt("/Trail/map.txt")).toBe("A map.");
    expect(await contentAt("/Trail/huts/first.txt")).toBe("The first hut.");
    const part = await drive(bob).read(names("/Trail/map.txt"), { range: { first: 2, last: 4 } });
    expect([await text(part.body), part.range]).toEqual(["map", { start: 2, end: 4 }]);
    expect(await namesIn(drive(bob), "/Trail")).toEqual(["huts", "map.txt"]);
    expect(await drive(bob).stat(names("/Trail/map.txt"))).toMatchObject({ name: "map.txt", size: 6, canWrite: true });
    await expect(drive(bob).stat(names("/Trail/no.txt"))).rejects.toMatchObject({ status: 502 });
    const copied = drive(bob).copy(names("/Trail/map.txt"), names("/Trail/more.txt"));
    await expect(copied).rejects.toMatchObject({ status: 502 });
  });

  it("says how it stands, here, on the way, and what it takes", async () => {
    await keepHere(bob, names("/Trail"));
    const before = [await factsOf("/Trail"), await statesIn("/"), await statesIn("/Trail")];
    await tend();
    const after = [await factsOf("/Trail"), await statesIn("/"), await statesIn("/Trail")];

    expect(before).toEqual([
      { isPinned: true, count: 0, bytes: 0, waiting: 0, steps: 0, asOf: null, problem: null },
      { Trail: "coming" },
      { "map.txt": "coming", huts: "coming" },
    ]);
    expect(after).toEqual([
      { isPinned: true, count: 2, bytes: TRAIL, waiting: 0, steps: 0, asOf: expect.any(String), problem: null },
      { Trail: "here" },
      { "map.txt": "here", huts: "here" },
    ]);
    expect(await factsOf("/Trail/huts")).toMatchObject({ isPinned: false, count: 1 });
    expect(await getEntry(bob, names("/Trail/map.txt"))).toMatchObject({ offline: { state: "here", isPinned: false } });
  });

  it("takes its receiver's room, and gives it back when it is let go", async () => {
    const before = await usedBy(bob);
    await keep("/Trail");
    const during = await usedBy(bob);

    await keepNoMore(bob, names("/Trail"));

    expect([during - before, (await usedBy(bob)) - before]).toEqual([TRAIL, 0]);
    expect(await factsOf("/Trail")).toBeNull();
    await sweepBlobs();
    expect(await blobs()).toBe(0);
    await hers.stop();
    await expect(contentAt("/Trail/map.txt")).rejects.toMatchObject({ status: 502 });
  });

  it("keeps its bytes from being swept", async () => {
    await keep("/Trail");
    await sweepBlobs();
    await hers.stop();

    expect(await contentAt("/Trail/map.txt")).toBe("A map.");
  });

  it("follows what its owner changes, adds and deletes", async () => {
    await keep("/Trail");
    await drive(alice).write(names("/Trail/map.txt"), bytes("A better map."));
    await makeFile(alice, "/Trail/summit.txt", "A summit.");
    await drive(alice).remove(names("/Trail/huts"));

    await tend();
    await hers.stop();

    expect(await contentAt("/Trail/map.txt")).toBe("A better map.");
    expect(await contentAt("/Trail/summit.txt")).toBe("A summit.");
    expect(await factsOf("/Trail")).toMatchObject({ count: 2, bytes: 22 });
    expect(await usedBy(bob)).toBe(22);
  });

  it("is not asked for again file by file when nothing has changed", async () => {
    await keep("/Trail");
    const asked: string[] = [];
    hers.beforeDav(async (method) => void asked.push(method));

    await tend();
    await contentAt("/Trail/map.txt");

    expect(asked).toEqual(["PROPFIND"]); // and what is known to be the same is read from here
  });

  it("goes with the share: when it is revoked, and when it is left", async () => {
    await keep("/Trail");
    await revokeShare(alice, sentId);
    await deliverAll();
    expect([await usedBy(bob), await db().offlineCopy.count()]).toEqual([0, 0]);
    await expect(contentAt("/Trail/map.txt")).rejects.toMatchObject({ status: 404 });

    const [noteId] = await give("note.txt");
    await keep("/note.txt");
    expect(await usedBy(bob)).toBe(7);
    await leaveShare(bob, noteId);
    expect([await usedBy(bob), await db().offlinePin.count()]).toEqual([0, 0]);
  });

  it("is told to be in part only, where there is no more room", async () => {
    await db().user.updateMany({ where: { id: bob.userId }, data: { quota: 10 } });

    await keep("/Trail");

    expect(await factsOf("/Trail")).toMatchObject({ asOf: null, bytes: 6, problem: expect.stringMatching(/room/) });
    expect(await statesIn("/Trail")).toEqual({ "map.txt": "here", huts: "stuck" });
    expect(await usedBy(bob)).toBe(6);
  });

  it("is not kept when it was let go while it came", async () => {
    await keepHere(bob, names("/Trail"));
    hers.beforeDav(async (method) => {
      if (method === "GET") await keepNoMore(bob, names("/Trail"));
    });

    await tend();

    expect([await db().offlineCopy.count(), await usedBy(bob)]).toEqual([0, 0]);
  });

  it("goes along when it is renamed from here", async () => {
    await keep("/Trail/huts");
    await drive(bob).move(names("/Trail/huts"), names("/Trail/cabins"));
    await tend();
    await hers.stop();

    expect(await factsOf("/Trail/cabins")).toMatchObject({ isPinned: true, count: 1, problem: null });
    expect(await contentAt("/Trail/cabins/first.txt")).toBe("The first hut.");
  });

  it("is not kept any more when it has been gone for a day, and one is told", async () => {
    await keep("/Trail/huts");
    await drive(alice).remove(names("/Trail/huts"));

    await tend();
    expect(await factsOf("/Trail/huts")).toMatchObject({
      count: 1,
      problem: expect.stringMatching(/not there any more/),
    });
    await db().offlinePin.updateMany({ data: { goneSince: new Date(Date.now() - 86_400_000) } });
    await tend();

    expect([await db().offlinePin.count(), await usedBy(bob)]).toEqual([0, 0]);
    const told = await db().notice.findMany({ where: { siteId: bob.siteId, kind: "copy-let-go" } });
    expect(told.map(({ about }) => about)).toMatchObject([{ resource: "huts", name: "Alice" }]);
  });

  it("stays when its cloud has it again within the day", async () => {
    await keep("/Trail/huts");
    await drive(alice).move(names("/Trail/huts"), names("/elsewhere"));
    await tend();
    await drive(alice).move(names("/elsewhere"), names("/Trail/huts"));
    await tend();

    expect(await db().offlinePin.findFirst()).toMatchObject({ goneSince: null, failure: null });
    expect(await contentAt("/Trail/huts/first.txt")).toBe("The first hut.");
  });

  it("comes but for the one file that cannot be read, and so does what else is kept of that cloud", async () => {
    await give("note.txt");
    await makeFile(alice, "/Trail/aaa.txt", "Another file, which is too long for one row. ".repeat(500));
    const { blobId } = await db().fileNode.findFirstOrThrow({ where: { siteId: alice.siteId, name: "aaa.txt" } });
    damage.gone({ siteId: alice.siteId, id: blobId ?? "" });
    await keepHere(bob, names("/Trail"));
    await keepHere(bob, names("/note.txt"));

    await tend();

    expect(await factsOf("/Trail")).toMatchObject({
      count: 2,
      asOf: null,
      problem: expect.stringMatching(/^aaa.txt: /),
    });
    expect(await factsOf("/note.txt")).toMatchObject({ count: 1, problem: null });
  });

  it("keeps what it has of a file that went while it was read until that is seen in its folder, and the rest", async () => {
    await keep("/Trail");
    await drive(alice).write(names("/Trail/map.txt"), bytes("A better map."));
    let asked = 0;
    hers.beforeDav(async (method) => {
      // First for how the folder is, then for what is in it.
      if (method === "PROPFIND" && ++asked === 2) await ownTree(alice).remove(names("/Trail/map.txt"));
    });

    await tend();

    expect(await factsOf("/Trail")).toMatchObject({
      count: 2,
      problem: expect.stringMatching(/^map.txt: .*no longer/),
    });
    await tend();
    expect(await factsOf("/Trail")).toMatchObject({ isPinned: true, count: 1, problem: null });
    expect(await usedBy(bob)).toBe(14);
  });

  it("waits for the next round while its cloud is away, which is not shown as reached for that", async () => {
    await keep("/Trail");
    await hers.stop();
    await db().receivedShare.updateMany({ data: { reachedAt: null } });
    await db().$executeRaw`SELECT graphile_worker.remove_job(key) FROM graphile_worker.jobs`;

    for (const _round of [1, 2]) await tend();

    const jobs = await db().$queryRaw`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'tend-copies'`;
    const share = await db().receivedShare.findFirstOrThrow({ where: { siteId: bob.siteId } });
    expect(share).toMatchObject({ reachedAt: null, failure: expect.stringContaining("cannot be reached") });
    expect(jobs).toEqual([]);
  });

  it("stays as it was while its cloud is away, and says why it is not looked at", async () => {
    await keep("/Trail");
    hers.setAway(true);
    await hers.stop();

    await tend();

    expect(await factsOf("/Trail")).toMatchObject({ count: 2, problem: expect.stringMatching(/cannot be reached/) });
    expect(await statesIn("/")).toEqual({ Trail: "here" });
  });
});

it("a single file is kept too", async () => {
  await give("note.txt");
  await keep("/note.txt");
  await hers.stop();

  expect(await contentAt("/note.txt")).toBe("A note.");
  expect(await statesIn("/")).toMatchObject({ "note.txt": "here", Trail: undefined });
});

it("what is pinned below something pinned is part of that", async () => {
  await keep("/Trail/huts");
  await keepHere(bob, names("/Trail"));
  await keepHere(bob, names("/Trail/map.txt"));

  expect((await db().offlinePin.findMany()).map(({ path }) => path)).toEqual([""]);
});

it("one's own things, and what people of the same cloud share, are here already", async () => {
  await makeFile(bob, "/own.txt", "x");
  const carol = await makeUser({ site: his.site, displayName: "Carol" });
  await makeFile(carol, "/Plans/a.txt", "a");
  const { id: nodeId } = await ownTree(carol).stat(["Plans"]);
  const recipient = { kind: "person" as const, id: bob.userId };
  await sendShare(carol, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  const offer = (await listReceivedShares(bob)).items.find(({ name }) => name === "Plans");
  await acceptShare(bob, offer?.id ?? "");

  await expect(keepHere(bob, names("/own.txt"))).rejects.toMatchObject({ status: 409, code: "NOT_RECEIVED" });
  await expect(keepHere(bob, names("/Plans"))).rejects.toMatchObject({ status: 409, code: "ALREADY_HERE" });
  expect(await db().offlinePin.count()).toBe(0);
});

it("no copy is kept of what opens with a second factor only: nobody would show it for the job", async () => {
  await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { requirements: ["must-use-mfa"] } });
  const shown = { ...bob, secondFactorAt: new Date() };

  const refused = { status: 409, code: "OPENS_WITH_SECOND_FACTOR" };
  await expect(keepHere(shown, names("/Trail"))).rejects.toMatchObject(refused);
  expect(await db().offlinePin.count()).toBe(0);
});

it("what a cloud refuses is not read from the copy, however often it is asked for", async () => {
  await keep("/Trail");
  await db().knownFolder.updateMany({ data: { seenAt: new Date(0) } });
  await db().sentShare.updateMany({ data: { revokedAt: new Date() } }); // and nobody has been told
  await db().receivedShare.updateMany({ where: { siteId: bob.siteId }, data: { accessTokenEncrypted: null } });

  for (let time = 1; time <= 2; time++) {
    await expect(contentAt("/Trail/map.txt")).rejects.toMatchObject({ code: "PEER_SHARE_GONE" });
  }
});

it("of a cloud that the administrators have shut out nothing is read from here either", async () => {
  await keep("/Trail");
  await db().provider.updateMany({ where: { siteId: bob.siteId }, data: { standing: "blocked" } });

  await expect(contentAt("/Trail/map.txt")).rejects.toMatchObject({ code: "PROVIDER_NOT_TRUSTED" });
});

it("clouds of whose shares copies are kept are asked now and then", async () => {
  await keepHere(bob, names("/Trail"));
  await db().$executeRaw`DELETE FROM graphile_worker._private_jobs`;

  await wakeCopies();

  const jobs = await db().$queryRaw<{ key: string }[]>`SELECT key FROM graphile_worker.jobs`;
  expect(jobs.map(({ key }) => key)).toEqual([`tend-copies ${bob.siteId} ${new URL(hers.site.origin).host}`]);
});

it("a copy of what another site of this installation shares does without that site, and still stands while it is read", async () => {
  const pair = await startFriends("two sites of one installation");
  await makeFile(pair.alice, "/Trail/map.txt", "A map.");
  const { id: nodeId } = await ownTree(pair.alice).stat(["Trail"]);
  const recipient = { kind: "contact" as const, id: pair.bobAtAlices.id };
  await sendShare(pair.alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" });
  await deliverAll();
  await acceptShare(pair.bob, (await listReceivedShares(pair.bob)).items[0]?.id ?? "");
  await deliverAll();
  await keepHere(pair.bob, names("/Trail"));
  await tendCopies({ siteId: pair.bob.siteId, provider: pair.here.site.provider });
  await db().site.update({ where: { id: pair.alice.siteId }, data: { disabledAt: new Date() } });
  forgetSites();
  await listSites();

  const bobs = drive(pair.bob);
  const read = await text((await bobs.read(names("/Trail/map.txt"))).body);

  expect(read).toBe("A map.");
  await expect(bobs.stillAllowed()).resolves.toBeUndefined();
  await expect(bobs.remove(names("/Trail/map.txt"))).rejects.toMatchObject({ code: "PEER_BUSY" });
  await pair.stop();
});
