import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { receiveNotification } from "@/lib/sharing/receive-notification";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { endReshare, listReshares, reshare, updateReshare } from "@/lib/sharing/received/reshares";
import { recordRefusal } from "@/lib/sharing/sent/record-answer";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { requireShare } from "@/lib/sharing/sent/share-access";
import { forgetSites } from "@/lib/sites/sites";
import { befriend, type Cloud, deliverAll, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";

let here: Cloud;
let there: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;
let carol: UserPrincipal;
let dora: UserPrincipal;

beforeEach(async () => {
  [here, there] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: here.site, userName: "alice", displayName: "Alice" });
  dora = await makeUser({ site: here.site, userName: "dora", displayName: "Dora" });
  bob = await makeUser({ site: there.site, userName: "bob", displayName: "Bob" });
  carol = await makeUser({ site: there.site, userName: "carol", displayName: "Carol" });
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

const received = async (user: UserPrincipal) => (await listReceivedShares(user)).items;
const branch = () => db().sentShare.findFirst({ where: { siteId: alice.siteId, reshareOfId: { not: null } } });

/** Photos, which Bob has from Alice and may share on. */
async function share(role: "viewer" | "editor" = "viewer") {
  const [{ id }] = await befriend(alice, bob);
  await makeFile(alice, "/Photos/hut.txt", "A hut.");
  const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
  const recipient = { kind: "contact", id } as const;
  const sent = await sendShare(alice, { nodeId, recipient, role, canReshare: true, expiresAt: null, note: "" });
  await deliverAll();
  const [offer] = await received(bob);
  await acceptShare(bob, offer?.id ?? "");
  await deliverAll();
  return { sentId: sent.id, receivedShareId: offer?.id ?? "" };
}
const toCarol = (receivedShareId: string, role: "viewer" | "editor") =>
  reshare(bob, receivedShareId, { recipient: { kind: "person", id: carol.userId }, role });

describe("what somebody has through the receiver of a share", () => {
  it("is made for more at once than there are connections to the database", async () => {
    const { sentId: providerId } = await share();
    const peer = { provider: there.site.provider, isVerified: true, proof: { signature: "ed25519" } };
    const ask = (n: number) => {
      const notification = { shareWith: `p${n}@far.example.org`, permissions: ["read"] };
      const body = { notificationType: "REQUEST_RESHARE", resourceType: "folder", providerId, notification };
      return receiveNotification(here.site, peer, body, async () => {});
    };

    await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));

    expect(await db().sentShare.count({ where: { siteId: alice.siteId, reshareOfId: providerId } })).toBe(20);
  }, 30_000);

  it("ends for a person of the owner's cloud who was named by the user name", async () => {
    await db().site.update({ where: { id: here.site.id }, data: { answersUserNames: true } });
    forgetSites();
    const { receivedShareId } = await share("editor");
    const address = `dora@${here.site.provider}`;
    const made = await reshare(bob, receivedShareId, { recipient: { kind: "address", address }, role: "viewer" });
    await deliverAll();
    const which = { receivedShareId, reshareId: made.id };

    await updateReshare(bob, which, "editor");
    await deliverAll();
    const changed = await received(dora);
    await endReshare(bob, which);
    await deliverAll();

    expect(changed).toMatchObject([{ role: "editor", state: "pending" }]);
    expect(await received(dora)).toMatchObject([{ state: "revoked" }]);
  });

  it("is as little as was wanted last, though the answer to the first request was lost", async () => {
    const { receivedShareId } = await share("editor");
    const { id: reshareId } = await toCarol(receivedShareId, "editor");
    here.loseAnswers(true);
    await deliverAll();
    here.loseAnswers(false);

    await updateReshare(bob, { receivedShareId, reshareId }, "viewer");
    await deliverAll();

    expect(await listReshares(bob, receivedShareId)).toMatchObject([{ role: "viewer" }]);
    expect(await branch()).toMatchObject({ role: "viewer" });
  });

  it("is not made under a share that was given back on the owner's own cloud", async () => {
    const eve = await makeUser({ site: here.site, userName: "eve", displayName: "Eve" });
    await makeFile(alice, "/Photos/hut.txt", "A hut.");
    const { id: nodeId } = await ownTree(alice).stat(["Photos"]);
    const recipient = { kind: "person", id: dora.userId } as const;
    const terms = { role: "viewer", canReshare: true, expiresAt: null, note: "" } as const;
    const { id } = await sendShare(alice, { nodeId, recipient, ...terms });
    const { id: receivedShareId } = await acceptShare(dora, (await received(dora))[0]?.id ?? "");
    // As if she gave it back just after this request had looked at her row.
    await db().$transaction((tx) => recordRefusal(tx, { siteId: alice.siteId, provider: "", id, userId: dora.userId }));
    const toEve = reshare(dora, receivedShareId, { recipient: { kind: "person", id: eve.userId }, role: "viewer" });

    await expect(toEve).rejects.toMatchObject({ code: "SHARE_ENDED" });
    expect(await received(eve)).toEqual([]);
    await leaveShare(dora, receivedShareId);
  });

  it("stays as it was when the owner's cloud refuses the change, and whoever wanted it is told", async () => {
    const { sentId, receivedShareId } = await share("editor");
    const { id: reshareId } = await toCarol(receivedShareId, "viewer");
    await deliverAll();
    await updateReshare(bob, { receivedShareId, reshareId }, "editor");
    // Alice has lowered it meanwhile, and nobody has heard of that yet.
    await db().sentShare.update({
      where: { siteId_id: { siteId: alice.siteId, id: sentId } },
      data: { role: "viewer" },
    });
    await deliverAll();

    expect(await listReshares(bob, receivedShareId)).toMatchObject([{ role: "viewer" }]);
    const told = await db().notice.findFirstOrThrow({ where: { userId: bob.userId, kind: "reshare-failed" } });
    expect(told.about).toMatchObject({ receivedShareId, name: "Alice", whom: "Carol", keptRole: "viewer" });
  });

  it("ends though the request for it arrives after the end", async () => {
    const { sentId: providerId, receivedShareId } = await share();
    const { id: reshareId } = await toCarol(receivedShareId, "viewer");
    const { shareWith } = await db().reshare.update({
      where: { siteId_id: { siteId: bob.siteId, id: reshareId } },
      data: { askedAt: new Date() },
    });
    await endReshare(bob, { receivedShareId, reshareId });
    await deliverAll();

    const peer = { provider: there.site.provider, isVerified: true, proof: { signature: "ed25519" } };
    const request = { notificationType: "REQUEST_RESHARE", resourceType: "folder", providerId };
    const notification = { shareWith, permissions: ["read"] };
    await receiveNotification(here.site, peer, { ...request, notification }, async () => {});
    const subject = { siteId: bob.siteId, subjectKind: "reshare", subjectId: reshareId };
    await db().delivery.updateMany({ where: subject, data: { nextAttemptAt: new Date() } });
    await deliverAll();

    expect((await branch())?.revokedAt).not.toBeNull();
  });

  it("is not to be had while what it came through is not", async () => {
    const { receivedShareId } = await share();
    const { identifier } = await db().user.findUniqueOrThrow({
      where: { siteId_id: { siteId: dora.siteId, id: dora.userId } },
    });
    const address = `${identifier}@${here.site.provider}`;
    await reshare(bob, receivedShareId, { recipient: { kind: "address", address }, role: "viewer" });
    await deliverAll();
    const standing = { siteId: alice.siteId, sentShareId: (await branch())?.id ?? "" };
    await requireShare(standing);

    const { provider } = there.site;
    await db().site.update({ where: { id: here.site.id }, data: { providerRule: "unblocked" } });
    await db().provider.updateMany({ where: { siteId: here.site.id, provider }, data: { standing: "blocked" } });
    await expect(requireShare(standing)).rejects.toMatchObject({ code: "SHARE_SUSPENDED" });
    const ofAlice = { siteId: alice.siteId, userId: alice.userId };
    await db().contact.updateMany({ where: ofAlice, data: { removedAt: new Date() } });
    await expect(requireShare(standing)).rejects.toMatchObject({ code: "SHARE_ENDED" });
  });
});
