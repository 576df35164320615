import { expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { endSharesWith } from "@/lib/sharing/end-shares";
import { makeUser } from "@/tests/make";

it("ends what is shared with a blocked cloud, both ways, and nothing else", async () => {
  const { siteId, userId } = await makeUser();
  const kept = "kept.example.org";
  const blocked = "blocked.example.org";
  for (const provider of [kept, blocked]) {
    const sent = {
      siteId,
      senderId: userId,
      shareWith: `bob@${provider}`,
      recipientName: "Bob",
      role: "viewer" as const,
    };
    await db().sentShare.create({ data: { ...sent, provider, secretHash: provider, secretEncrypted: "x" } });
    const person = `bob@${provider}`;
    const received = { sender: person, owner: person, shareWith: "alice", senderName: "Bob", resourceType: "file" };
    const offer = { siteId, receiverId: userId, providerId: newId(), name: "a.txt", role: "viewer" as const };
    await db().receivedShare.create({ data: { ...offer, ...received, provider } });
  }

  await endSharesWith({ siteId, provider: blocked });

  const live = await db().sentShare.findMany({ where: { revokedAt: null } });
  const offers = await db().receivedShare.findMany({ where: { state: "pending" } });
  expect([...live, ...offers].map(({ provider }) => provider)).toEqual([kept, kept]);
  expect(await db().sentShare.findFirst({ where: { provider: blocked } })).toMatchObject({ secretHash: null });
});
