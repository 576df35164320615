import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { removeMount } from "@/lib/files/mounts";
import { ownTree } from "@/lib/files/own-tree";
import { acceptShare, declineShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { expireReceivedShare } from "@/lib/sharing/received/expire-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { makeSite, makeUser } from "@/tests/make";
import { makeFile, names } from "@/tests/make-files";
import { drive } from "./drive";
import { findSource, getEntry, getFolder } from "./folder-view";

let alice: UserPrincipal;
let bob: UserPrincipal;
let others: UserPrincipal[];
beforeEach(async () => {
  const site = await makeSite();
  alice = await makeUser({ site, displayName: "Alice" });
  bob = await makeUser({ site, displayName: "Bob" });
  others = await Promise.all(["Carol", "Dan", "Erin"].map((displayName) => makeUser({ site, displayName })));
  await makeFile(alice, "/Photos/a.txt");
});
const code = (expected: string) => expect.objectContaining({ code: expected });
const says = (expected: string, words: RegExp) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(words) });

async function offer(path: string, to: UserPrincipal): Promise<{ sentId: string; receivedId: string }> {
  const { id: nodeId } = await ownTree(alice).stat(names(path));
  const recipient = { kind: "person" as const, id: to.userId };
  const { id: sentId } = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "Hello" });
  return { sentId, receivedId: (await listReceivedShares(to)).items[0]?.id ?? "" };
}

async function share(path: string) {
  const ids = await offer(path, bob);
  await acceptShare(bob, ids.receivedId);
  return ids;
}

/** As when its time has come, which no test waits for. */
const letPass = (id: string) =>
  db().receivedShare.updateMany({ where: { siteId: bob.siteId, id }, data: { expiresAt: new Date(0) } });

describe("a folder of one’s own", () => {
  it("tells of each thing with how many it is shared, and names the first of them", async () => {
    await offer("/Photos", bob);
    for (const other of others) await offer("/Photos", other);
    await makeFile(alice, "/alone.txt");

    const { items } = await getFolder(alice, []);

    expect(items.map(({ name, sharedWith }) => [name, sharedWith])).toEqual([
      ["Photos", { count: 4, names: ["Bob", "Carol", "Dan"] }],
      ["alone.txt", undefined],
    ]);
    expect((await getEntry(alice, ["Photos"])).sharedWith?.count).toBe(4);
  });

  it("does not count who declined, left, or was shared with until yesterday", async () => {
    const [carol, dan, erin] = others as [UserPrincipal, UserPrincipal, UserPrincipal];
    const { sentId } = await offer("/Photos", bob);
    await declineShare(carol, (await offer("/Photos", carol)).receivedId);
    const left = await offer("/Photos", dan);
    await acceptShare(dan, left.receivedId);
    await leaveShare(dan, left.receivedId);
    const { sentId: id } = await offer("/Photos", erin);
    await db().sentShare.updateMany({ where: { siteId: alice.siteId, id }, data: { expiresAt: new Date(0) } });

    expect((await getFolder(alice, [])).items[0]?.sharedWith).toEqual({ count: 1, names: ["Bob"] });
    await revokeShare(alice, sentId);
    expect((await getFolder(alice, [])).items[0]?.sharedWith).toBeUndefined();
  });

  it("tells from whom a received share comes, however many there are", async () => {
    const { receivedId } = await share("/Photos");

    const { items, from } = await getFolder(bob, []);

    expect(from).toBeNull();
    expect(items[0]?.source).toEqual({
      receivedShareId: receivedId,
      senderName: "Alice",
      provider: "",
      role: "viewer",
      note: "Hello",
      canReshare: false,
      needsSecondFactor: false,
      expiresAt: null,
      problem: null,
    });
  });

  it("says why what stands there cannot be opened", async () => {
    const { receivedId: id } = await share("/Photos");
    const change = (data: { provider?: string; failure?: string; expiresAt?: Date }) =>
      db().receivedShare.updateMany({ where: { siteId: bob.siteId, id }, data });
    const problem = async () => (await getFolder(bob, [])).items[0]?.source?.problem;

    await change({ provider: "cloud.example.org", failure: "cloud.example.org does not answer." });
    expect(await problem()).toBe("cloud.example.org does not answer.");
    await db().site.updateMany({ where: { id: bob.siteId }, data: { providerRule: "listed" } });
    expect(await problem()).toBe("The administrators of your cloud do not allow exchange with cloud.example.org.");
    await letPass(id);
    expect(await problem()).toBe("The time for which this was shared is over.");
  });
});

describe("where somebody’s share stands", () => {
  it("is known without opening it", async () => {
    const { receivedId } = await share("/Photos");

    expect(await findSource(bob, ["Photos", "deep", "x"])).toMatchObject({ receivedShareId: receivedId });
    expect(await findSource(bob, ["own"])).toBeNull();
  });

  it("is said to be ended, over or left once it is, also to who opens something in it", async () => {
    const revoked = await share("/Photos");
    await revokeShare(alice, revoked.sentId);
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(says("SHARE_ENDED", /^Alice no longer shares “Photos”/));
    await expect(getFolder(bob, ["Photos", "deep"])).rejects.toEqual(code("SHARE_ENDED"));
    await expect(getEntry(bob, ["Photos", "a.txt"])).rejects.toEqual(code("SHARE_ENDED"));

    const left = await share("/Photos");
    await leaveShare(bob, left.receivedId);
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(says("SHARE_LEFT", /^You left “Photos”.*Alice/));

    const expired = await share("/Photos");
    await letPass(expired.receivedId);
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(code("SHARE_EXPIRED"));
    await expireReceivedShare({ siteId: bob.siteId, id: expired.receivedId });
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(says("SHARE_EXPIRED", /Alice shared “Photos”.* is over/));
  });

  it("is found under the name that it got where its own was taken", async () => {
    await ownTree(bob).makeFolder(["Photos"]);
    const { sentId } = await share("/Photos");
    expect((await getFolder(bob, ["Photos (Alice)"])).items).toHaveLength(1);

    await revokeShare(alice, sentId);

    await expect(getFolder(bob, ["Photos (Alice)"])).rejects.toEqual(code("SHARE_ENDED"));
    await expect(getFolder(bob, ["Photos", "none"])).rejects.toEqual(code("NODE_NOT_FOUND"));
  });

  it("is only absent where nothing was shared, or something still is", async () => {
    await expect(getFolder(bob, ["none"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    const { receivedId } = await offer("/Photos", bob);
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await acceptShare(bob, receivedId);
    await drive(bob).move(["Photos"], ["Pictures"]);
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(code("NODE_NOT_FOUND"));
    await db().$transaction((tx) => removeMount(tx, bob.siteId, receivedId));
    await expect(getFolder(bob, ["Photos"])).rejects.toEqual(code("NODE_NOT_FOUND"));
  });
});
