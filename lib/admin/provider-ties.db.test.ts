import { afterEach, expect, it } from "vitest";
import { GET } from "@/app/api/admin/providers/[provider]/route";
import { db } from "@/lib/core/db";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { listReceivedShares } from "@/lib/sharing/received/received-shares";
import { revokeShare } from "@/lib/sharing/sent/end-sent-shares";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { befriend, type Cloud, deliverAll, makeFolder, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";

let clouds: Cloud[] = [];
afterEach(() => Promise.all(clouds.map((cloud) => cloud.stop())));

it("counts contacts and shares that give access, of everybody here, both ways", async () => {
  const [hers, his] = [await startCloud(), await startCloud()];
  clouds = [hers, his];
  const alice = await makeUser({ site: hers.site, isAdmin: true });
  const bob = await makeUser({ site: his.site, isAdmin: true });
  const [contact] = await befriend(alice, bob);
  const recipient = { kind: "contact" as const, id: contact.id };
  const send = async (name: string) => {
    const { id: nodeId } = await makeFolder(alice, name);
    return sendShare(alice, { nodeId, recipient, role: "viewer", expiresAt: null, note: "" });
  };
  await send("One");
  const two = await send("Two");
  await deliverAll();
  for (const { id } of (await listReceivedShares(bob)).items) await acceptShare(bob, id);
  await revokeShare(alice, two.id);

  const ties = async (user: typeof alice, provider: string) => {
    const request = await requestOf(user, `/api/admin/providers/${provider}`);
    return (await (await GET(request, { params: Promise.resolve({ provider }) })).json()).ties;
  };

  await db().provider.upsert({
    where: { siteId_provider: { siteId: alice.siteId, provider: his.site.provider } },
    create: { siteId: alice.siteId, provider: his.site.provider },
    update: {},
  });
  expect(await ties(alice, his.site.provider)).toEqual({ contacts: 1, shares: 1 });
  expect(await ties(bob, hers.site.provider)).toEqual({ contacts: 1, shares: 2 });
});
