import { expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { endSharesWithContact } from "@/lib/sharing/end-shares";
import { makeUser } from "@/tests/make";

/** A contact with one share in each direction. */
async function makeContact({ siteId, userId }: UserPrincipal, provider: string): Promise<string> {
  const address = `bob@${provider}`;
  const names = { provider, identifier: "bob", ourIdentifier: newId(), displayName: "Bob" };
  const { id: contactId } = await db().contact.create({ data: { siteId, userId, ...names } });
  const sent = { senderId: userId, shareWith: address, recipientName: "Bob", role: "viewer" as const };
  await db().sentShare.create({
    data: { siteId, contactId, provider, ...sent, secretHash: provider, secretEncrypted: "x" },
  });
  const received = { sender: address, owner: address, shareWith: "alice", senderName: "Bob", resourceType: "file" };
  const offer = { receiverId: userId, providerId: newId(), name: "a.txt", role: "viewer" as const };
  await db().receivedShare.create({ data: { siteId, contactId, provider, ...offer, ...received } });
  return contactId;
}

it("ends what is shared with a contact, both ways, and nothing else", async () => {
  const alice = await makeUser();
  await makeContact(alice, "kept.example.org");
  const contactId = await makeContact(alice, "ended.example.org");

  await endSharesWithContact({ siteId: alice.siteId, contactId });

  const live = await db().sentShare.findMany({ where: { revokedAt: null } });
  const offers = await db().receivedShare.findMany({ where: { state: "pending" } });
  expect([...live, ...offers].map(({ provider }) => provider)).toEqual(["kept.example.org", "kept.example.org"]);
  expect(await db().sentShare.findFirst({ where: { contactId } })).toMatchObject({ secretHash: null });
});
