import { beforeEach, describe, expect, it } from "vitest";
import { createGroup, setMember } from "@/lib/admin/groups";
import { db, pool } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { settleGroupShares } from "@/lib/sharing/group-shares";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { askForShare } from "@/lib/sharing/requests/ask-for-share";
import { answerShareRequest, listShareRequests, sweepShareRequests } from "@/lib/sharing/requests/share-requests";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { forgetSites, getSite } from "@/lib/sites/sites";
import { befriend, noticesOf } from "@/tests/clouds";
import { makeSite, makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";

let alice: UserPrincipal;
let bob: UserPrincipal;

beforeEach(async () => {
  const site = await makeSite();
  alice = await makeUser({ site, userName: "alice", displayName: "Alice" });
  bob = await makeUser({ site, userName: "bob", displayName: "Bob" });
});

const ask = (words: string) => askForShare(bob, { personId: alice.userId, words });

/** Photos, which Bob may view; the id of his row. */
async function share(): Promise<string> {
  await makeFile(alice, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "person", id: bob.userId } as const;
  await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  const [offer] = (await listReceivedShares(bob)).items;
  return (await acceptShare(bob, offer?.id ?? "")).id;
}

describe("somebody of the same cloud", () => {
  it("is asked in words, once, and shares what may be meant", async () => {
    await makeFile(alice, "/Trips/Hut/roof.txt", "A roof.");
    await ask("the photos of the hut");
    await ask("the photos of the hut");

    const [request, ...others] = await listShareRequests(alice);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      ...{ name: "Bob", provider: "", from: { kind: "person", id: bob.userId }, wantsToEdit: false },
      matches: [{ path: "/Trips/Hut" }],
    });
    expect(await noticesOf(alice)).toEqual(["share-requested"]);
    expect(await db().delivery.count()).toBe(0);
    expect(await listShareRequests(bob)).toEqual([]);

    await answerShareRequest(alice, request?.id ?? "", true);
    expect(await listShareRequests(alice)).toEqual([]);
    await ask("the photos of the hut");
    expect(await listShareRequests(alice)).toHaveLength(1);
  });

  it("is asked to let edit what is shared, and lets with a yes", async () => {
    const receivedShareId = await share();
    await askForShare(bob, { receivedShareId });
    const [request] = await listShareRequests(alice);

    await expect(answerShareRequest(bob, request?.id ?? "", true)).rejects.toMatchObject({ code: "REQUEST_NOT_FOUND" });
    await answerShareRequest(alice, request?.id ?? "", true);

    expect(request).toMatchObject({ what: "Photos", wantsToEdit: true });
    expect((await listReceivedShares(bob)).items).toMatchObject([{ role: "editor" }]);
    await expect(askForShare(bob, { receivedShareId })).rejects.toMatchObject({ code: "NOTHING_TO_ASK" });
  });

  it("is not asked by one member what a whole group may do", async () => {
    const admin = await makeUser({ site: await getSite(alice.siteId), isAdmin: true });
    const { id: groupId } = await createGroup(admin, "Field team");
    await setMember(admin, groupId, bob.userId, true);
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "group", id: groupId } as const;
    await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await settleGroupShares({ siteId: alice.siteId, groupId });
    const { id: receivedShareId } = await acceptShare(bob, (await listReceivedShares(bob)).items[0]?.id ?? "");

    await expect(askForShare(bob, { receivedShareId })).rejects.toMatchObject({ code: "NOTHING_TO_ASK" });
  });

  it("is not asked to change what another one has", async () => {
    await share();
    const { id } = await db().sentShare.findFirstOrThrow({ where: { senderId: alice.userId } });
    const carol = await makeUser({ site: await getSite(alice.siteId) });

    await askForShare(carol, { personId: alice.userId, words: id });

    expect(await listShareRequests(alice)).toMatchObject([{ wantsToEdit: false }]);
  });

  it("is nobody to oneself, to another site, and where people do not see each other", async () => {
    const stranger = await makeUser({ userName: "stranger" });
    const asking = (personId: string) => askForShare(bob, { personId, words: "Photos" });

    await expect(asking(bob.userId)).rejects.toMatchObject({ code: "SHARE_WITH_SELF" });
    await expect(asking(stranger.userId)).rejects.toMatchObject({ code: "PERSON_NOT_FOUND" });
    await db().site.update({ where: { id: alice.siteId }, data: { showsSitePeople: false } });
    forgetSites();
    await expect(asking(alice.userId)).rejects.toMatchObject({ code: "RECIPIENT_NOT_FOUND" });
    expect(await listShareRequests(alice)).toEqual([]);
  });
});

describe("requests that are over", () => {
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

  it("are forgotten after ninety days, those that wait are not", async () => {
    const dora = await makeUser({ userName: "dora", displayName: "Dora" });
    const [doraAtAlices] = await befriend(alice, dora);
    const { siteId, userId } = alice;
    const base = { siteId, userId, contactId: doraAtAlices.id, isOurs: false, createdAt: daysAgo(100) };
    const named = (what: string) => ({ ...base, share: what, what });
    await db().shareRequest.createMany({
      data: [
        { ...named("answered long ago"), answeredAt: daysAgo(91) },
        { ...named("answered of late"), answeredAt: daysAgo(89) },
        named("waits"),
        { ...named("could not be told"), isOurs: true },
      ],
    });
    const left = async () => (await db().shareRequest.findMany({ orderBy: { what: "asc" } })).map(({ what }) => what);

    await sweepShareRequests();
    const afterFirst = await left();
    await db().contact.updateMany({ where: { siteId }, data: { removedAt: new Date() } });
    await sweepShareRequests();

    expect(afterFirst).toEqual(["answered of late", "waits"]);
    expect(await left()).toEqual(["answered of late"]);
  });
});

it("finds what a person has without looking at what others have", async () => {
  const { siteId, userId } = bob;
  await makeFile(bob, "/Photos/hut.txt", "A hut.");
  await db().$executeRaw`
    INSERT INTO "FileNode" ("siteId", id, "ownerId", "parentId", kind, name)
    SELECT root."siteId", gen_random_uuid(), root."ownerId", root.id, 'folder', 'Folder ' || number
      FROM "FileNode" root, generate_series(1, 5000) AS number
     WHERE root."siteId" = ${siteId}::uuid AND root."ownerId" = ${userId}::uuid AND root."parentId" IS NULL`;
  await db().$executeRaw`ANALYZE "FileNode"`;

  const own = `"siteId" = $1 AND "ownerId" = $2 AND "parentId" IS NOT NULL AND "trashedAt" IS NULL`;
  const explained = `EXPLAIN SELECT name FROM "FileNode" WHERE ${own}`;
  const { rows } = await pool().query(explained, [alice.siteId, alice.userId]);

  expect(JSON.stringify(rows)).toContain("FileNode_own");
});
