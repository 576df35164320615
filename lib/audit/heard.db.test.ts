import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { createInvite, revokeInvite } from "@/lib/contacts/invites";
import { removeContact } from "@/lib/contacts/remove-contact";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { findInvite } from "@/lib/protocol/ocm/invite-string";
import { acceptShare, leaveShare } from "@/lib/sharing/received/answer-share";
import { blockSender, unblockSender } from "@/lib/sharing/received/blocked-senders";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { setManners } from "@/lib/trust/providers";
import { POST as postNotification } from "@/server/ocm/notifications";
import { POST as postShare } from "@/server/ocm/shares";
import { type Cloud, deliverAll, makeFolder, startCloud } from "@/tests/clouds";
import { makeSite, makeUser } from "@/tests/make";
import { startPeer } from "@/tests/peer";

/** What the audit trail of a site holds of these subjects, oldest first. */
async function written({ siteId }: { siteId: string }, kinds = ["invite", "contact", "sent-share", "received-share"]) {
  const rows = await db().auditEntry.findMany({ where: { siteId }, orderBy: { id: "asc" } });
  return rows.filter(({ subject }) => kinds.some((kind) => subject.startsWith(`${kind}:`)));
}

describe("between two clouds", () => {
  let clouds: [Cloud, Cloud];
  let alice: UserPrincipal;
  let bob: UserPrincipal;
  beforeEach(async () => {
    clouds = [await startCloud(), await startCloud()];
    alice = await makeUser({ site: clouds[0].site, displayName: "Alice" });
    bob = await makeUser({ site: clouds[1].site, displayName: "Bob" });
  });
  afterEach(() => Promise.all(clouds.map((cloud) => cloud.stop())));

  const providerOf = (n: 0 | 1) => clouds[n].site.provider;
  const by = ({ userId }: UserPrincipal) => `user:${userId}`;
  /** Who did what, and by which signature it was believed. */
  const told = (rows: Awaited<ReturnType<typeof written>>) =>
    rows.map(({ actor, action, detail }) => [actor, action, (detail as { signature?: string }).signature ?? null]);

  it("both sides hold who invited, shared, changed and ended, and which signature said so", async () => {
    const { invitation } = await createInvite(alice, { note: "" });
    await acceptInvite(bob, findInvite(invitation?.code ?? "") ?? { token: "", provider: "" });
    const contact = await db().contact.findFirstOrThrow({ where: { siteId: alice.siteId } });
    const { id: nodeId } = await makeFolder(alice);
    const recipient = { kind: "contact" as const, id: contact.id };
    const share = await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();
    await acceptShare(bob, (await listReceivedShares(bob)).items[0]?.id ?? "");
    await deliverAll();
    await updateSentShare(alice, share.id, { role: "editor" });
    await deliverAll();
    await revokeShare(alice, share.id);
    await deliverAll();
    await removeContact(bob, (await db().contact.findFirstOrThrow({ where: { siteId: bob.siteId } })).id);
    await deliverAll();

    const [hers, his] = [await written(alice), await written(bob)];
    const [a, b] = [`provider:${providerOf(0)}`, `provider:${providerOf(1)}`];
    expect(told(hers)).toEqual([
      [by(alice), "invite-created", null],
      [b, "invite-used", "ed25519"],
      [b, "contact-added", "ed25519"],
      [by(alice), "share-sent", null],
      [b, "share-accepted", "ed25519"],
      [by(alice), "share-changed", null],
      [by(alice), "share-revoked", null],
      [b, "contact-removed", "ed25519"],
    ]);
    expect(told(his)).toEqual([
      [by(bob), "contact-added", null],
      [a, "received-share-offered", "ed25519"],
      [by(bob), "received-share-accepted", null],
      [a, "received-share-changed", "ed25519"],
      [a, "received-share-revoked", "ed25519"],
      [by(bob), "contact-removed", null],
    ]);
    expect(his[1]?.detail).toMatchObject({
      providerId: share.id,
      role: "viewer",
      keyid: expect.stringContaining(providerOf(0)),
    });
    expect(his[3]?.detail).toMatchObject({ role: "editor", expiresAt: null });
    expect(JSON.stringify([hers, his])).not.toContain("inv_");
  });

  it("what is heard a second time is written down once", async () => {
    const { invitation } = await createInvite(alice, { note: "" });
    const invite = findInvite(invitation?.code ?? "") ?? { token: "", provider: "" };
    await acceptInvite(bob, invite);
    await acceptInvite(bob, invite);
    const contact = await db().contact.findFirstOrThrow({ where: { siteId: alice.siteId } });
    const { id: nodeId } = await makeFolder(alice);
    const recipient = { kind: "contact" as const, id: contact.id };
    clouds[1].loseAnswers(true);
    await sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
    await deliverAll();
    clouds[1].loseAnswers(false);
    await deliverAll();
    await acceptShare(bob, (await listReceivedShares(bob)).items[0]?.id ?? "");
    clouds[0].loseAnswers(true);
    await deliverAll();
    clouds[0].loseAnswers(false);
    await deliverAll();
    await leaveShare(bob, (await listReceivedShares(bob)).items[0]?.id ?? "");
    await deliverAll();

    const actions = async (user: UserPrincipal) => (await written(user)).map(({ action }) => action);
    expect(await actions(alice)).toEqual([
      ...["invite-created", "invite-used", "contact-added", "share-sent", "share-accepted", "share-left"],
    ]);
    expect(await actions(bob)).toEqual([
      ...["contact-added", "contact-renewed", "received-share-offered"],
      ...["received-share-accepted", "received-share-left"],
    ]);
  });

  it("an invite that is revoked is, once", async () => {
    const { id } = await createInvite(alice, { note: "" });
    await revokeInvite(alice, id);
    await revokeInvite(alice, id).catch(() => {});

    expect(told(await written(alice))).toEqual([
      [by(alice), "invite-created", null],
      [by(alice), "invite-revoked", null],
    ]);
  });
});

it("of an unsigned message what stood in for a signature is written down; of a refused one nothing", async () => {
  const peer = await startPeer();
  const site = await makeSite();
  const bob = await makeUser({ site, displayName: "Bob", isAdmin: true });
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider } });
  await setManners(bob, peer.provider, { acceptsUnsigned: true });
  const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });
  const unsigned = (path: string, message: object) => {
    const headers = { "content-type": "application/json", "x-tessera-site": site.id, "x-tessera-address": "192.0.2.1" };
    return new Request(`http://localhost:3000${path}`, { method: "POST", headers, body: JSON.stringify(message) });
  };
  const offer = {
    ...{ shareWith: `${identifier}@${site.provider}`, name: "Photos", providerId: "s1", shareType: "user" },
    ...{ resourceType: "folder", owner: `alice@${peer.provider}`, sender: `alice@${peer.provider}` },
    protocol: { name: "multi", webdav: { uri: "s1", sharedSecret: "a-secret", permissions: ["read"] } },
  };
  const end = (sharedSecret: string) => ({
    ...{ notificationType: "SHARE_UNSHARED", resourceType: "folder", providerId: "s1", notification: { sharedSecret } },
  });

  const statuses = [
    (await postShare(unsigned("/ocm/shares", offer))).status,
    (await postNotification(unsigned("/ocm/notifications", end("a guess")))).status,
    (await postNotification(unsigned("/ocm/notifications", end("a-secret")))).status,
  ];

  await peer.stop();
  expect(statuses).toEqual([201, 400, 201]);
  expect((await written({ siteId: site.id })).map(({ actor, action, detail }) => ({ actor, action, detail }))).toEqual([
    {
      actor: `provider:${peer.provider}`,
      action: "received-share-offered",
      detail: {
        ...{ providerId: "s1", shareWith: offer.shareWith, role: "viewer" },
        ...{ signature: "none", shown: "nothing" },
      },
    },
    {
      actor: `provider:${peer.provider}`,
      action: "received-share-revoked",
      detail: { signature: "none", shown: "secret" },
    },
  ]);
});

it("whom a person blocks and unblocks is written down", async () => {
  const peer = await startPeer();
  const site = await makeSite();
  const bob = await makeUser({ site, displayName: "Bob" });
  const { identifier } = await db().user.findFirstOrThrow({ where: { id: bob.userId } });
  const offer = {
    ...{ shareWith: `${identifier}@${site.provider}`, name: "Photos", providerId: "s1", shareType: "user" },
    ...{ resourceType: "folder", owner: `alice@${peer.provider}`, sender: `alice@${peer.provider}` },
    protocol: { name: "multi", webdav: { uri: "s1", sharedSecret: "a-secret", permissions: ["read"] } },
  };
  await postShare(peer.request(site, "/ocm/shares", offer));
  const [share] = await db().receivedShare.findMany({ where: { siteId: site.id } });
  await blockSender(bob, share?.id ?? "", { whom: "cloud" });
  const { provider } = peer;
  await unblockSender(bob, { provider, identifier: "" });
  await unblockSender(bob, { provider, identifier: "" });

  await peer.stop();
  const rows = await db().auditEntry.findMany({
    where: { siteId: site.id, subject: provider },
    orderBy: { id: "asc" },
  });
  const actor = `user:${bob.userId}`;
  expect(rows).toMatchObject([
    { actor, action: "sender-blocked", detail: { whom: "cloud" } },
    { actor, action: "sender-unblocked", detail: { whom: "cloud" } },
  ]);
});
