import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { ownTree } from "@/lib/files/own-tree";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import type { Recipient, SendShareInput } from "@/lib/sharing/schema";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { getSentShare, listSentShares } from "@/lib/sharing/sent/sent-shares";
import { retryShare, updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { getSite } from "@/lib/sites/sites";
import { befriend, makeFolder, offerOf } from "@/tests/clouds";
import { makeUser } from "@/tests/make";

let alice: UserPrincipal;
let nodeId: string;
const typed = (address: string): Recipient => ({ kind: "address", address });
const send = (recipient: Recipient, input: Partial<SendShareInput> = {}) =>
  sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "", ...input });
const BOB = typed("bob@cloud.example.org");

beforeEach(async () => {
  alice = await makeUser({ displayName: "Alice" });
  nodeId = (await makeFolder(alice)).id;
});

it("sends once when three requests race", async () => {
  const results = await Promise.allSettled([send(BOB), send(BOB), send(BOB)]);

  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
  expect(refused).toEqual(["SHARE_ALREADY_SENT", "SHARE_ALREADY_SENT"]);
  expect(await db().delivery.count()).toBe(1);
  expect(await db().auditEntry.count({ where: { action: "share-sent" } })).toBe(1);
});

it("keeps of its secret a hash and a ciphertext, and it fits every peer", async () => {
  const { id } = await send(BOB);

  const { secretHash, secretEncrypted } = await db().sentShare.findFirstOrThrow({ where: { id } });
  const { sharedSecret = "" } = (await offerOf(alice.siteId, id)).protocol.webdav ?? {};
  expect(sharedSecret).toMatch(/^[A-Za-z0-9_-]{32,64}$/);
  expect(secretHash).toBe(hashSecret("share-secret", sharedSecret));
  expect(secretEncrypted).not.toContain(sharedSecret);
});

it("offers in the newest form, under the identifier that was made for the contact", async () => {
  const bob = await makeUser({ displayName: "Bob" });
  const [contact] = await befriend(alice, bob);
  const expiresAt = "2999-01-01T00:00:00.000Z";
  const { id } = await send({ kind: "contact", id: contact.id }, { role: "editor", note: "Look", expiresAt });

  const offer = await offerOf(alice.siteId, id);

  const { provider } = await getSite(alice.siteId);
  const sender = `${contact.ourIdentifier}@${provider}`;
  expect(offer).toEqual({
    ...{ shareWith: `${contact.identifier}@${contact.provider}`, name: "Photos", description: "Look", providerId: id },
    ...{ owner: sender, ownerDisplayName: "Alice", sender, senderDisplayName: "Alice" },
    ...{ shareType: "user", resourceType: "folder", expiration: Date.parse(expiresAt) / 1000 },
    protocol: {
      name: "multi",
      webdav: {
        uri: id,
        sharedSecret: expect.any(String),
        permissions: ["read", "write"],
        requirements: ["must-exchange-token"],
      },
    },
  });
});

it("gives a whole uri to a cloud that does not say it takes relative ones", async () => {
  const { id } = await send(BOB);

  const offer = await offerOf(alice.siteId, id, { takesRelativeUris: false });

  const { origin } = await getSite(alice.siteId);
  expect(offer.protocol.webdav?.uri).toBe(`${origin}/dav/ocm/${id}`);
});

it.each([
  ["bare", "bob"],
  ["with a host", "bob@idp.example.org"],
  ["with a host, in base64", Buffer.from("bob@idp.example.org").toString("base64")],
  ["with a host, in base64url", Buffer.from("bob~~@https://idp.example.org").toString("base64url")],
])("names its person by the very identifier that the other cloud gave: %s", async (_form, identifier) => {
  const [contact] = await befriend(alice, await makeUser({ displayName: "Bob" }));
  await db().contact.update({ where: { siteId_id: { siteId: alice.siteId, id: contact.id } }, data: { identifier } });
  const { id } = await send({ kind: "contact", id: contact.id });

  expect((await offerOf(alice.siteId, id)).shareWith).toBe(`${identifier}@${contact.provider}`);
});

it("is no larger than other clouds read, however long its words are", async () => {
  nodeId = (await makeFolder(alice, "é".repeat(127))).id;
  await db().user.updateMany({ data: { displayName: "😀".repeat(50) } });
  const { id } = await send(typed(`${"b".repeat(255)}@cloud.example.org`), { note: "😀".repeat(500) });

  const offer = await offerOf(alice.siteId, id);

  expect(offer.providerId.length).toBeLessThanOrEqual(255);
  expect(offer.name.length).toBeLessThanOrEqual(255);
  expect(Buffer.byteLength(JSON.stringify(offer))).toBeLessThan(50_000);
});

it("takes a typed address of a contact for the contact", async () => {
  const bob = await makeUser({ displayName: "Bob" });
  const [contact] = await befriend(alice, bob);

  const share = await send(typed(`${contact.identifier}@${contact.provider.toUpperCase()}`));

  expect(share).toMatchObject({ recipientName: "Bob", provider: contact.provider });
  expect(await db().sentShare.findFirst()).toMatchObject({ contactId: contact.id });
});

describe("is refused", () => {
  it.each([
    ["to nobody that can be found", typed("bob"), "OCM_ADDRESS_INVALID"],
    ["to an address that deceives", typed("bob\u202e@cloud.example.org"), "OCM_ADDRESS_INVALID"],
    ["to an unknown contact", { kind: "contact", id: newId() } as const, "RECIPIENT_NOT_FOUND"],
    ["to an unknown person", { kind: "person", id: newId() } as const, "PERSON_NOT_FOUND"],
  ])("%s", async (_name, recipient, code) => {
    await expect(send(recipient)).rejects.toMatchObject({ code });
  });

  it("to somebody else's contact", async () => {
    const [contact] = await befriend(await makeUser({ site: await getSite(alice.siteId) }), await makeUser());

    await expect(send({ kind: "contact", id: contact.id })).rejects.toMatchObject({ code: "RECIPIENT_NOT_FOUND" });
  });

  it("to oneself, picked or typed", async () => {
    const { identifier } = await db().user.findFirstOrThrow({ where: { id: alice.userId } });
    const { provider } = await getSite(alice.siteId);

    await expect(send({ kind: "person", id: alice.userId })).rejects.toMatchObject({ code: "SHARE_WITH_SELF" });
    await expect(send(typed(`${identifier}@${provider}`))).rejects.toMatchObject({ code: "SHARE_WITH_SELF" });
  });

  it("to a blocked cloud", async () => {
    const { siteId } = alice;
    await db().provider.create({ data: { siteId, provider: "cloud.example.org", standing: "blocked" } });

    await expect(send(BOB)).rejects.toMatchObject({ code: "PROVIDER_NOT_TRUSTED" });
  });

  it("with an expiry that has passed, naming the field", async () => {
    const refusal = { code: "EXPIRY_PAST", fields: [{ name: "expiresAt" }] };

    await expect(send(BOB, { expiresAt: "2020-01-01T00:00:00Z" })).rejects.toMatchObject(refusal);
  });

  it("for what is not there, another's, in the trash, or everything", async () => {
    const other = await makeUser({ site: await getSite(alice.siteId) });
    const others = (await makeFolder(other)).id;
    const root = await db().fileNode.findFirstOrThrow({ where: { ownerId: alice.userId, parentId: null } });
    const below = await ownTree(alice).makeFolder(["Photos", "Hut"]);
    await ownTree(alice).remove(["Photos"]);

    for (const id of [newId(), others, root.id, nodeId, below.id]) {
      await expect(send(BOB, { nodeId: id })).rejects.toMatchObject({ code: "NODE_NOT_FOUND" });
    }
  });

  it("for what was shared with oneself", async () => {
    const bob = await makeUser({ site: await getSite(alice.siteId) });
    await send({ kind: "person", id: bob.userId });
    const { id } = await db().receivedShare.findFirstOrThrow();
    await acceptShare(bob, id);
    const mount = await db().fileNode.findFirstOrThrow({ where: { mountId: id } });

    const again = sendShare(bob, { nodeId: mount.id, recipient: BOB, role: "viewer", expiresAt: null, note: "" });

    await expect(again).rejects.toMatchObject({ code: "RESHARE_UNSUPPORTED" });
  });
});

describe("afterwards", () => {
  it("belongs to its sender alone", async () => {
    const { id } = await send(BOB);
    const other = await makeUser({ site: await getSite(alice.siteId) });

    for (const tried of [getSentShare, revokeShare, retryShare]) {
      await expect(tried(other, id)).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
      await expect(tried(alice, "nonsense")).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
    }
    await expect(updateSentShare(other, id, { role: "editor" })).rejects.toMatchObject({ code: "SHARE_NOT_FOUND" });
    expect(await db().sentShare.findFirst()).toMatchObject({ role: "viewer", revokedAt: null });
  });

  it("can be sent again once it has expired, and revoked twice", async () => {
    const first = await send(BOB);
    await db().sentShare.updateMany({ data: { expiresAt: new Date(0) } });
    expect(await getSentShare(alice, first.id)).toMatchObject({ state: "expired" });

    const second = await send(BOB);
    await revokeShare(alice, second.id);
    await revokeShare(alice, second.id);

    expect(await getSentShare(alice, first.id)).toMatchObject({ state: "revoked" });
    expect(await db().auditEntry.count({ where: { action: "share-revoked" } })).toBe(1);
    await expect(updateSentShare(alice, second.id, { role: "editor" })).rejects.toMatchObject({ code: "SHARE_ENDED" });
  });

  it("is listed page by page, newest first, and by what is shared", async () => {
    for (const name of ["bob", "alice", "bob.2"]) await send(typed(`${name}@cloud.example.org`));
    const folder = (await makeFolder(alice, "Other")).id;
    const shared = await send(BOB, { nodeId: folder });

    const first = await listSentShares(alice, { limit: 3 });
    const second = await listSentShares(alice, { limit: 3, after: first.next ?? "" });

    const names = [...first.items, ...second.items].map(({ shareWith }) => shareWith.split("@")[0]);
    expect(names).toEqual(["bob", "bob.2", "alice", "bob"]);
    expect(second.next).toBeNull();
    expect((await listSentShares(alice, { nodeId: folder })).items).toMatchObject([{ id: shared.id, path: "/Other" }]);
  });
});
