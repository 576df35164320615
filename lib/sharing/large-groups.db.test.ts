import { beforeEach, describe, expect, it } from "vitest";
import { createGroup, setMember } from "@/lib/admin/groups";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db, pool } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { encryptSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { settleGroupShares } from "@/lib/sharing/group-shares";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { changeReceivedShare } from "@/lib/sharing/received/change-received-share";
import { endReceivedShare } from "@/lib/sharing/received/end-received-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import type { Site } from "@/prisma/generated/client";
import { makeSite, makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";

const MEMBERS = 250;
/** More than this in one transaction might outlast it. */
const AT_ONCE = 100;

let site: Site;
let alice: UserPrincipal;
let bob: UserPrincipal;
let groupId: string;

beforeEach(async () => {
  site = await makeSite();
  alice = await makeUser({ site, userName: "alice", isAdmin: true });
  bob = await makeUser({ site, userName: "bob" });
  groupId = (await createGroup(alice, "Everybody")).id;
  await setMember(alice, groupId, bob.userId, true);
});

const settle = () => settleGroupShares({ siteId: alice.siteId, groupId });
const received = async (user: UserPrincipal) => (await listReceivedShares(user)).items;

async function fillGroup() {
  const { siteId } = alice;
  const ids = Array.from({ length: MEMBERS }, () => newId());
  const people = ids.map((id, n) => ({ siteId, id, userName: `u${n}`, displayName: `U ${n}`, identifier: newId() }));
  await db().user.createMany({ data: people });
  await db().groupMember.createMany({ data: ids.map((userId) => ({ siteId, groupId, userId })) });
}

/** Photos, which Alice shares with everybody, and Bob has taken. */
async function share() {
  await makeFile(alice, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "group", id: groupId } as const;
  const sent = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  await settle();
  const { id } = await acceptShare(bob, (await received(bob))[0]?.id ?? "");
  return { sentId: sent.id, id };
}

/** Of each transaction that wrote the rows as they are now, how many. */
async function writtenAtOnce(): Promise<number> {
  const text = `SELECT max(count)::int AS most FROM (
    SELECT count(*) FROM "ReceivedShare" WHERE "siteId" = $1 GROUP BY xmin) written`;
  return (await pool().query<{ most: number }>(text, [alice.siteId])).rows[0]?.most ?? 0;
}
const rowsWith = (where: object) => db().receivedShare.count({ where: { siteId: alice.siteId, groupId, ...where } });

describe("a share with a large group", () => {
  it("is closed to everybody at once when it is revoked, and its rows follow some at a time", async () => {
    await fillGroup();
    const { sentId, id } = await share();

    await revokeShare(alice, sentId);

    expect(await rowsWith({ state: "revoked" })).toBe(0);
    expect(await received(bob)).toMatchObject([{ state: "revoked" }]);
    await expect(receivedTree(bob, id)).rejects.toMatchObject({ code: "SHARE_ENDED" });
    await settle();
    expect(await rowsWith({ state: "revoked" })).toBe(MEMBERS + 1);
    expect(await writtenAtOnce()).toBeLessThanOrEqual(AT_ONCE);
  }, 60_000);

  it("is changed at once, and its rows follow some at a time", async () => {
    await fillGroup();
    const { sentId, id } = await share();

    await updateSentShare(alice, sentId, { role: "editor" });

    const tree = await receivedTree(bob, id);
    await tree.makeFolder(["Summer"]);
    expect(await rowsWith({ role: "editor" })).toBe(0);
    await settle();
    expect(await rowsWith({ role: "editor" })).toBe(MEMBERS + 1);
    expect(await writtenAtOnce()).toBeLessThanOrEqual(AT_ONCE);
  }, 60_000);

  it("cannot be taken by a member whose row has not followed its end yet", async () => {
    const { sentId } = await share();
    const carol = await makeUser({ site, userName: "carol" });
    await setMember(alice, groupId, carol.userId, true);
    await settle();
    const [offer] = await received(carol);
    await revokeShare(alice, sentId);

    await expect(acceptShare(carol, offer?.id ?? "")).rejects.toMatchObject({ code: "SHARE_ENDED" });
  });
});

describe("what another cloud shares with a group", () => {
  const key = () => ({ siteId: alice.siteId, provider: "there.example.org", providerId: "photos" });
  async function offerTo(user: UserPrincipal) {
    const address = "dora@there.example.org";
    const data = { ...key(), groupId, receiverId: user.userId, sender: address, owner: address, senderName: "Dora" };
    const secretEncrypted = encryptSecret("share-secret", "open");
    const thing = {
      name: "Photos",
      resourceType: "folder",
      role: "viewer",
      shareWith: "all@here",
    } as const;
    return db().receivedShare.create({
      data: { ...data, ...thing, requirements: [], secretEncrypted, webdavUri: "photos" },
    });
  }

  it("is closed at once when it ends there, and changes for every member", async () => {
    await fillGroup();
    const { id } = await offerTo(bob);
    await settle();

    await db().$transaction((tx) =>
      changeReceivedShare(tx, { ...key(), proof: null }, { role: "editor", canReshare: false, expiresAt: null }),
    );
    const changedAtOnce = await rowsWith({ role: "editor" });
    await settle();
    const changed = await rowsWith({ role: "editor" });
    await acceptShare(bob, id);
    await db().$transaction((tx) => endReceivedShare(tx, { ...key(), proof: null }));

    expect([changedAtOnce, changed]).toEqual([1, MEMBERS + 1]);
    await expect(receivedTree(bob, id)).rejects.toMatchObject({ code: "SHARE_ENDED" });
    expect(await received(bob)).toMatchObject([{ state: "revoked" }]);
    await settle();
    expect(await rowsWith({ state: "revoked" })).toBe(MEMBERS + 1);
    expect(await rowsWith({ secretEncrypted: { not: null } })).toBe(0);
  }, 60_000);

  it("comes back for who left and joined again, but not as a contact's that was removed", async () => {
    const contact = await db().contact.create({
      data: {
        ...{ siteId: bob.siteId, userId: bob.userId, provider: "there.example.org" },
        ...{ identifier: "dora", ourIdentifier: newId(), displayName: "Dora" },
      },
    });
    await db().receivedShare.update({
      where: { siteId_id: { siteId: bob.siteId, id: (await offerTo(bob)).id } },
      data: { contactId: contact.id },
    });
    await offerTo(alice);
    const again = async (isMember: boolean) => {
      await setMember(alice, groupId, bob.userId, isMember);
      await settle();
    };

    await again(false);
    await again(true);
    const back = await received(bob);
    await again(false);
    await removeContact(bob, contact.id);
    await endSharesWithContact({ siteId: bob.siteId, contactId: contact.id });
    await again(true);

    expect(back).toMatchObject([{ state: "pending", isFromContact: true }]);
    expect((await received(bob)).filter(({ state }) => state === "pending")).toEqual([]);
  });
});
