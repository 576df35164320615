import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { stopLive, subscribeLive } from "@/lib/notices/live";
import { receiveNotification } from "@/lib/sharing/receive-notification";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { refreshRoots, refreshRootsOf, sweepKnown } from "@/lib/sharing/received/known/tend-known";
import { refreshOpenFolders } from "@/lib/sharing/received/known/watch-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { tellChangedContents } from "@/lib/sharing/sent/tell-contents";
import { befriend, type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { bytes, makeFile, names } from "@/tests/make-files";
import { drive } from "./drive";
import { getEntry, getFolder, getFreshness } from "./folder-view";
import { shownTree } from "./shown-tree";

let hers: Cloud;
let his: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let id: string;
let sentId: string;

/** Alice shares a folder with Bob, who lives on another cloud and has not opened it yet. */
beforeEach(async () => {
  [hers, his] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: hers.site, displayName: "Alice" });
  bob = await makeUser({ site: his.site, displayName: "Bob" });
  const [contact] = await befriend(alice, bob);
  for (const name of ["b 10.txt", "b 2.txt", "a.txt"]) await makeFile(alice, `/Photos/${name}`, name);
  await makeFile(alice, "/Photos/deep/inner.txt", "inner");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "contact" as const, id: contact.id };
  ({ id: sentId } = await sendShare(alice, { nodeId, recipient, role: "editor", expiresAt: null, note: "" }));
  await deliverAll();
  id = (await listReceivedShares(bob)).items[0]?.id ?? "";
  await acceptShare(bob, id);
  await deliverAll();
});
afterEach(() => Promise.all([hers.stop(), his.stop(), stopLive()]));

const open = (path = "/Photos", page = {}) => getFolder(bob, names(path), page);
const namesAt = async (path?: string) => (await open(path)).items.map(({ name }) => name);
const known = () => db().knownFolder.findMany({ where: { isCurrent: true }, orderBy: { path: "asc" } });
const pathsKnown = async () => (await known()).map(({ path }) => path);
/** As when the pause after the last look is over. */
const makeDue = () => db().knownFolder.updateMany({ data: { nextLookAt: new Date(0) } });
const makeOld = (ms: number) => {
  const at = new Date(Date.now() - ms);
  return db().knownFolder.updateMany({ data: { seenAt: at, wholeAt: at, nextLookAt: new Date(0) } });
};

const AT_FIRST = ["deep", "a.txt", "b 2.txt", "b 10.txt"];

describe("a folder on another cloud", () => {
  it("is listed like an own one, in the same order and pages", async () => {
    const first = await open("/Photos", { limit: 3 });
    const second = await open("/Photos", { limit: 3, after: first.next });

    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(AT_FIRST);
    expect([first.items.length, second.next]).toEqual([3, null]);
    expect(first.items[1]).toMatchObject({ kind: "file", size: 5, mediaType: "text/plain", canWrite: true });
    await expect(open("/Photos", { after: "nonsense" })).rejects.toMatchObject({ code: "PAGE_INVALID" });
  });

  it("is not shown on to a program that takes its time once the share has run out", async () => {
    await namesAt();
    const tree = shownTree(bob);
    const first = await tree.list(["Photos"], { limit: 2 });
    const next = () => tree.list(["Photos"], { limit: 2, after: first.next ?? undefined });
    await db().receivedShare.updateMany({ data: { expiresAt: new Date(0) } });

    expect((await next()).items).toHaveLength(2);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 6_000);
    await expect(next()).rejects.toMatchObject({ code: "SHARE_EXPIRED" });
    vi.mocked(Date.now).mockRestore();
  });

  it("is shown as it was, with its age, when its cloud is not there, and what is wrong is said", async () => {
    await namesAt();
    await namesAt("/Photos/deep");
    await makeOld(3_600_000);
    await hers.stop();

    const top = await open();
    await expect.poll(async () => (await open()).from?.problem).toContain("cannot be reached");

    expect(top.items.map(({ name }) => name)).toEqual(AT_FIRST);
    expect(Date.now() - Date.parse(top.seenAt ?? "")).toBeGreaterThan(3_500_000);
    expect(await namesAt("/Photos/deep")).toEqual(["inner.txt"]);
    expect(await getEntry(bob, names("/Photos/deep/inner.txt"))).toMatchObject({ kind: "file", size: 5 });
    expect(await getEntry(bob, names("/Photos/deep"))).toMatchObject({ kind: "folder" });
  });

  it("is asked behind, once for all who look, and open pages are told what is new", async () => {
    await namesAt();
    await makeFile(alice, "/Photos/new.txt", "new");
    await makeDue();
    const topics: string[] = [];
    const end = subscribeLive(bob.siteId, bob.userId, (topic) => topics.push(topic));
    await expect.poll(() => topics.length).toBeGreaterThan(0); // the first connection tells all
    topics.length = 0;

    const before = await Promise.all([namesAt(), namesAt(), namesAt()]);
    await expect.poll(() => topics, { timeout: 5_000 }).toContain("files");
    const after = await namesAt();
    end();

    expect(before.every((each) => !each.includes("new.txt"))).toBe(true);
    expect(after).toContain("new.txt");
    expect(topics.filter((topic) => topic === "files")).toHaveLength(1);
  });

  it("is not waited for by whoever must not, and looked at for whoever has it open", async () => {
    const waitless = () => getFolder(bob, ["Photos"], {}, { mayWait: false });
    await expect(waitless()).rejects.toMatchObject({ status: 503, code: "NOT_KNOWN_YET" });
    await expect(getFreshness(bob, ["Photos"])).rejects.toMatchObject({ code: "NOT_KNOWN_YET" });
    const { seenAt } = await open();
    await makeFile(alice, "/Photos/new.txt", "new");
    await makeDue();

    const first = await getFreshness(bob, ["Photos"]);

    expect(first).toEqual({ seenAt, problem: null });
    await expect.poll(async () => (await waitless()).items.length).toBe(5);
    expect((await getFreshness(bob, [])).seenAt).toBeNull();
  });

  it("is not asked again at once, and less often the longer nothing changes", async () => {
    await namesAt();
    const pauses: number[] = [];
    for (let round = 0; round < 6; round++) {
      const [folder] = await known();
      pauses.push(folder?.pauseMs ?? 0);
      await makeDue();
      await namesAt();
      await expect.poll(async () => (await known())[0]?.pauseMs !== pauses.at(-1) || round > 3).toBe(true);
    }

    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("of which the cloud says that it is gone is forgotten, with all that was in it", async () => {
    await namesAt();
    await namesAt("/Photos/deep");
    await ownTree(alice).remove(["Photos", "deep"]);
    await makeDue();

    await namesAt("/Photos/deep");

    await expect.poll(pathsKnown).toEqual([""]);
    await expect(open("/Photos/deep")).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
  });
});

describe("what one changes oneself", () => {
  const bobs = () => drive(bob);
  beforeEach(async () => {
    await namesAt();
    await namesAt("/Photos/deep");
    // Whatever is seen from here on is what the changes noted, not what a look found.
    await db().knownFolder.updateMany({ data: { nextLookAt: new Date(Date.now() + 3_600_000) } });
  });

  it("is seen at once", async () => {
    await bobs().write(names("/Photos/c.txt"), bytes("mine"), { size: 4 });
    await bobs().makeFolder(names("/Photos/made"));
    await bobs().remove(names("/Photos/a.txt"));
    await bobs().move(names("/Photos/b 2.txt"), names("/Photos/deep/moved.txt"));

    expect(await namesAt()).toEqual(["deep", "made", "b 10.txt", "c.txt"]);
    expect((await open()).items.at(-1)).toMatchObject({ size: 4 });
    expect(await namesAt("/Photos/deep")).toEqual(["inner.txt", "moved.txt"]);
  });

  it("takes along what was known below it", async () => {
    await bobs().move(names("/Photos/deep"), names("/Photos/renamed"));

    expect(await pathsKnown()).toEqual([""]);
    expect(await namesAt()).toEqual(["renamed", "a.txt", "b 2.txt", "b 10.txt"]);
    expect(await namesAt("/Photos/renamed")).toEqual(["inner.txt"]);
  });

  it("is not undone by a look that began before", async () => {
    await makeFile(alice, "/Photos/hers.txt", "hers");
    let written: Promise<unknown> | undefined;
    hers.beforeDav(async (method) => {
      if (method !== "PROPFIND" || written) return;
      written = Promise.resolve();
      written = bobs().write(names("/Photos/mine.txt"), bytes("mine"), { size: 4 });
      await written;
    });
    await makeDue();

    await namesAt();
    await expect.poll(() => written).toBeDefined();
    await written;

    expect(await namesAt()).toContain("mine.txt");
    await expect.poll(async () => (await db().knownFolder.findMany({ where: { isCurrent: false } })).length).toBe(0);
    expect(await namesAt()).toContain("mine.txt");
  });
});

describe("what is known", () => {
  it("is shown to nobody but the receiver", async () => {
    await namesAt();
    const carol = await makeUser({ site: his.site, displayName: "Carol" });

    await expect(getFolder(carol, ["Photos"])).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    await db().provider.updateMany({ where: { siteId: bob.siteId }, data: { standing: "blocked" } });
    await expect(open()).rejects.toMatchObject({ code: "PROVIDER_NOT_TRUSTED" });
  });

  it.each([
    ["revoked", () => revokeShare(alice, sentId).then(deliverAll)],
    ["left", () => leaveShare(bob, id)],
  ])("goes with a share that is %s, at once", async (_how, end) => {
    await namesAt();
    await namesAt("/Photos/deep");
    expect(await db().knownEntry.count()).toBe(5);

    await end();

    expect([await db().knownFolder.count(), await db().knownEntry.count()]).toEqual([0, 0]);
  });

  it("is not kept of a share that ends while it is read", async () => {
    let isLeft = false;
    hers.beforeDav(async () => {
      if (!isLeft) await leaveShare(bob, id);
      isLeft = true;
    });

    await expect(open()).rejects.toMatchObject({ code: "SHARE_ENDED" });

    expect(await db().knownFolder.count()).toBe(0);
  });

  it("grants no more than the share does now", async () => {
    await namesAt();
    await db().receivedShare.updateMany({ where: { id }, data: { role: "viewer" } });

    expect((await open()).items.some(({ canWrite }) => canWrite)).toBe(false);
  });

  it("is swept when nobody used it for a month, or when reading it was never ended", async () => {
    await namesAt();
    await namesAt("/Photos/deep");
    const longAgo = new Date(Date.now() - 31 * 86_400_000);
    await db().knownFolder.updateMany({ where: { path: "/deep" }, data: { usedAt: longAgo } });
    const [{ siteId, nodeId } = { siteId: "", nodeId: "" }] = await known();
    await db().knownFolder.create({ data: { siteId, nodeId, path: "", startedAt: longAgo } });

    await sweepKnown();

    expect((await db().knownFolder.findMany()).map(({ path, isCurrent }) => [path, isCurrent])).toEqual([["", true]]);
  });
});

describe("between clouds that tell each other", () => {
  const round = async () => (await tellChangedContents()).told;
  const queued = async () => {
    const { rows } = await pool().query(
      "SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'refresh-open-folders'",
    );
    return rows.length;
  };
  let heard: number;
  const watched = async () => (await db().sentShare.findFirst({ where: { id: sentId } }))?.watchedUntil ?? null;

  /** Bob has the folder open, and his cloud has heard how it is. */
  beforeEach(async () => {
    await namesAt();
    await makeDue();
    await namesAt();
    await expect.poll(watched).not.toBeNull();
    await round();
    await pool().query("DELETE FROM graphile_worker._private_jobs");
    heard = 0;
    his.beforeAnswering("/ocm/notifications", async () => void heard++);
    await db().knownFolder.updateMany({ data: { nextLookAt: new Date(Date.now() + 3_600_000) } });
  });

  it("a change is told once, however many there were, and what is open is read again", async () => {
    await makeFile(alice, "/Photos/new.txt", "new");
    await makeFile(alice, "/Photos/newer.txt", "newer");
    await round();
    await round();

    expect([heard, await queued()]).toEqual([1, 1]);
    await refreshOpenFolders({ siteId: bob.siteId, id });
    expect(await db().knownEntry.count()).toBe(6);
  });

  it.each([
    ["opens with a second factor only", { requirements: ["must-use-mfa"] }],
    ["is over", { expiresAt: new Date(0) }],
  ])("what is open is not read for nobody of a share that %s", async (_which, data) => {
    await db().receivedShare.updateMany({ where: { id }, data });
    await makeFile(alice, "/Photos/new.txt", "new");
    await round();
    await refreshOpenFolders({ siteId: bob.siteId, id });

    expect([heard, await db().knownEntry.count()]).toEqual([1, 4]);
  });

  it("nothing is told of a share that nobody watches any more, nor of one that has ended", async () => {
    await db().sentShare.updateMany({ data: { watchedUntil: new Date() } });
    await makeFile(alice, "/Photos/new.txt", "new");
    await round();
    await db().sentShare.updateMany({ data: { watchedUntil: new Date(Date.now() + 60_000), revokedAt: new Date() } });
    await round();

    expect(heard).toBe(0);
  });

  it("all shares are told of, in as many messages as it takes", async () => {
    const sent = await db().sentShare.findFirstOrThrow({ where: { id: sentId } });
    const received = await db().receivedShare.findFirstOrThrow({ where: { id } });
    const ids = Array.from({ length: 200 }, () => crypto.randomUUID());
    const nothing = { secretHash: null, secretEncrypted: null };
    await db().sentShare.createMany({
      data: ids.map((each) => ({ ...sent, ...nothing, id: each, shareWith: `${each}@cloud` })),
    });
    const receivedOf = (each: string) => ({ ...received, id: crypto.randomUUID(), providerId: each });
    await db().receivedShare.createMany({ data: ids.map(receivedOf) });
    await makeFile(alice, "/Photos/new.txt", "new");

    await round();

    expect([heard, await queued()]).toEqual([2, 201]);
  });

  it("one that deliveries do not reach is left alone, and told once they do", async () => {
    const openUntil = new Date(Date.now() + 60_000);
    const cloud = { siteId: alice.siteId, provider: his.site.provider };
    await db().breaker.create({ data: { ...cloud, failure: "It does not answer.", openUntil } });
    await makeFile(alice, "/Photos/new.txt", "new");
    await round();
    expect(heard).toBe(0);
    await db().breaker.deleteMany();

    await round();

    expect(heard).toBe(1);
  });

  it("a share that somebody changes just now is not waited for, and told of after that", async () => {
    await makeFile(alice, "/Photos/new.txt", "new");
    await db().$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "SentShare" FOR UPDATE`;
      await round();
    });
    expect(heard).toBe(0);

    await round();

    expect(heard).toBe(1);
  });

  it("one that could not be told is left alone for a while", async () => {
    his.setAway(true);
    await makeFile(alice, "/Photos/new.txt", "new");
    await round();
    his.setAway(false);
    await makeFile(alice, "/Photos/newer.txt", "newer");

    await round();

    expect(heard).toBe(1); // the one that it was away for
  });

  it("is asked for again only when it is about to end", async () => {
    let asked = 0;
    hers.beforeAnswering("/ocm/notifications", async () => void asked++);
    await makeDue();
    await namesAt();
    await expect.poll(async () => (await known())[0]?.pauseMs, { timeout: 20_000 }).toBeGreaterThan(2_000);
    await db().receivedShare.updateMany({ data: { watchedUntil: new Date(Date.now() + 60_000) } });
    await makeDue();
    await namesAt();

    await expect.poll(() => asked, { timeout: 20_000 }).toBe(1);
  }, 60_000);

  it("what is said of a share that is unknown between them is refused", async () => {
    const body = { notificationType: "SHARE_CONTENT_CHANGED", providerId: "another", resourceType: "folder" };
    const site = his.site;
    const sender = { provider: hers.site.provider, isVerified: true, proof: { signature: "ed25519" } };
    const hear = (more: object, isVerified = true) =>
      receiveNotification(site, { ...sender, isVerified }, { ...body, ...more }, async () => {});

    await expect(hear({})).rejects.toMatchObject({ code: "SHARE_UNKNOWN" });
    await expect(hear({ providerId: sentId }, false)).rejects.toMatchObject({ code: "SHARE_UNKNOWN" });
    await expect(hear({ providerId: sentId })).resolves.toEqual({});
    expect(await queued()).toBe(1);
    const watch = { notificationType: "SHARE_WATCH", providerId: sentId, notification: { seconds: 0 } };
    const watching = receiveNotification(
      hers.site,
      { provider: site.provider, isVerified: true, proof: { signature: "ed25519" } },
      { ...body, ...watch },
      async () => {},
    );
    await expect(watching).rejects.toMatchObject({ code: "NOTIFICATION_INVALID" });
  });
});

describe("the tops of received folders", () => {
  const run = () => refreshRootsOf({ siteId: bob.siteId, provider: hers.site.provider });

  it("are looked at by the hour, so that they open at once even the first time", async () => {
    await refreshRoots();
    await run();
    await hers.stop();

    expect(await namesAt()).toEqual(AT_FIRST);
  });

  it("are looked at again when they are old", async () => {
    await namesAt();
    await makeFile(alice, "/Photos/new.txt", "new");
    await makeDue();
    await run();
    expect(await db().knownEntry.count()).toBe(4);
    await makeOld(3_600_000);

    await run();

    expect(await db().knownEntry.count()).toBe(5);
  });
});
