import { expect, it, vi } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { placeMount } from "@/lib/files/mounts";
import { endSharesWithContact, sweepEndedShares } from "@/lib/sharing/end-shares";
import { makeUser } from "@/tests/make";

const remove = (id: string) => db().contact.updateMany({ where: { id }, data: { removedAt: new Date() } });

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
  await remove(contactId);

  await endSharesWithContact({ siteId: alice.siteId, contactId });

  const live = await db().sentShare.findMany({ where: { revokedAt: null } });
  const offers = await db().receivedShare.findMany({ where: { state: "pending" } });
  expect([...live, ...offers].map(({ provider }) => provider)).toEqual(["kept.example.org", "kept.example.org"]);
  expect(await db().sentShare.findFirst({ where: { contactId } })).toMatchObject({ secretHash: null });
});

it("ends nothing of a contact who is in the address book again before it comes to it", async () => {
  const alice = await makeUser();
  const contactId = await makeContact(alice, "back.example.org");

  await endSharesWithContact({ siteId: alice.siteId, contactId });

  expect(await db().sentShare.count({ where: { revokedAt: null } })).toBe(1);
  expect(await db().receivedShare.count({ where: { state: "pending" } })).toBe(1);
});

it("ends however many there are, some at a time", async () => {
  const alice = await makeUser();
  const contactId = await makeContact(alice, "busy.example.org");
  await remove(contactId);
  const { secretHash: _hash, ...sent } = await db().sentShare.findFirstOrThrow();
  const { providerId: _id, requirements: _all, ...received } = await db().receivedShare.findFirstOrThrow();
  const many = Array.from({ length: 250 }, () => newId());
  await db().sentShare.createMany({ data: many.map((id) => ({ ...sent, id, secretHash: id })) });
  await db().receivedShare.createMany({ data: many.map((id) => ({ ...received, id, providerId: id })) });
  const transactions = vi.spyOn(db(), "$transaction");

  await endSharesWithContact({ siteId: alice.siteId, contactId });

  expect(await db().sentShare.count({ where: { revokedAt: null } })).toBe(0);
  expect(await db().receivedShare.count({ where: { state: "pending" } })).toBe(0);
  expect(transactions).toHaveBeenCalledTimes(6);
  transactions.mockRestore();
});

it("still ends what a lost job left: shares with a removed contact, and what stands in the files after its time", async () => {
  const alice = await makeUser();
  const { siteId, userId } = alice;
  await makeContact(alice, "kept.example.org");
  const removedId = await makeContact(alice, "removed.example.org");
  await remove(removedId);
  const { id: expiredId } = await db().receivedShare.findFirstOrThrow({ where: { provider: "kept.example.org" } });
  await db().receivedShare.update({
    where: { siteId_id: { siteId, id: expiredId } },
    data: { state: "accepted", expiresAt: new Date(Date.now() - 1) },
  });
  await db().$transaction((tx) => placeMount(tx, { siteId, userId, receivedShareId: expiredId, name: "a.txt" }));

  await sweepEndedShares();
  await sweepEndedShares();

  const jobs = await db().$queryRaw`SELECT task_identifier, key FROM graphile_worker.jobs
    WHERE task_identifier <> 'deliver' ORDER BY task_identifier`;
  expect(jobs).toEqual([
    { task_identifier: "contact-removed", key: `contact-removed:${removedId}` },
    { task_identifier: "expire-received-share", key: `expire-received-share:${expiredId}` },
  ]);
});

it("has nothing to sweep once they ended", async () => {
  const alice = await makeUser();
  const contactId = await makeContact(alice, "removed.example.org");
  await db().contact.updateMany({ data: { removedAt: new Date() } });
  await endSharesWithContact({ siteId: alice.siteId, contactId });

  await sweepEndedShares();

  expect(await db().$queryRaw`SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'contact-removed'`).toEqual(
    [],
  );
});
