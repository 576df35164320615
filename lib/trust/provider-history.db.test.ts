import { afterEach, beforeEach, expect, it } from "vitest";
import { GET } from "@/app/api/admin/providers/[provider]/route";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { callProvider } from "@/lib/delivery/call-provider";
import { getSite } from "@/lib/sites/sites";
import { sweepProviders } from "@/lib/trust/claimed-providers";
import { keysOfProvider } from "@/lib/trust/provider-keys";
import { addProvider } from "@/lib/trust/providers";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

let admin: UserPrincipal;
let peer: FakePeer;
beforeEach(async () => {
  admin = await makeUser({ isAdmin: true });
  peer = await startPeer();
  await addProvider(admin, { domain: peer.provider, standing: "listed" });
});
afterEach(() => peer.stop());

async function look() {
  const request = await requestOf(admin, `/api/admin/providers/${peer.provider}`);
  return (await GET(request, { params: Promise.resolve({ provider: peer.provider }) })).json();
}
const ask = async (status: number) => {
  peer.on("/ocm/notifications", { status, json: {} });
  return callProvider(await getSite(admin.siteId), peer.provider, { to: "/notifications", json: {} });
};

it("shows how a cloud answered day by day, with the last failure in words", async () => {
  await ask(201);
  await ask(400); // it answers all the same
  await ask(503);

  const { days } = await look();

  const failure = "It answered with an error (503).";
  expect(days).toEqual([{ day: expect.any(String), answered: 2, failed: 1, latency: expect.any(Number), failure }]);
});

it("keeps the days of a month", async () => {
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000);
  const of = { siteId: admin.siteId, provider: peer.provider };
  await db().providerDay.createMany({ data: [29, 32].map((ago) => ({ ...of, day: day(ago), answered: 1 })) });

  await sweepProviders();

  expect((await look()).days).toHaveLength(1);
});

it("shows which keys a cloud has shown, and which of them count now", async () => {
  const [{ fingerprint: old }] = (await look()).keys;
  peer.changeKey("key-2");
  await keysOfProvider(admin.siteId, peer.provider, { fresh: true });

  const { seenKeys } = await look();

  expect(seenKeys.map(({ kid, isCurrent }: { kid: string; isCurrent: boolean }) => [kid, isCurrent])).toEqual([
    ["key-2", true],
    ["key-1", false],
  ]);
  expect(seenKeys[1].fingerprint).toBe(old);
});

it("remembers the last twenty keys, however many a cloud shows", async () => {
  for (let n = 0; n < 22; n++) {
    peer.changeKey(`key-${n + 2}`);
    await keysOfProvider(admin.siteId, peer.provider, { fresh: true });
  }

  const { seenKeys } = await look();

  expect(seenKeys).toHaveLength(20);
  expect(seenKeys[0]).toMatchObject({ kid: "key-23", isCurrent: true });
});
