import { beforeEach, expect, it } from "vitest";
import { PATCH } from "@/app/api/admin/providers/[provider]/route";
import { POST } from "@/app/api/admin/providers/route";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeSite, makeUser, requestOf } from "@/tests/make";
import { privateNetworksOf } from "./private-networks";

// Where a cloud of a private network may be reached, and whose word that is.
const NAME = "cloud.example.org";
let operator: UserPrincipal;
let sister: UserPrincipal;

beforeEach(async () => {
  operator = await makeUser({ site: await makeSite(config().publicOrigin), isAdmin: true });
  sister = await makeUser({ isAdmin: true });
  for (const { siteId } of [operator, sister]) await db().provider.create({ data: { siteId, provider: NAME } });
});

async function allow(admin: UserPrincipal, privateNetwork: string | null, provider = NAME) {
  const request = await requestOf(admin, `/api/admin/providers/${provider}`, {
    method: "PATCH",
    body: { privateNetwork },
  });
  const response = await PATCH(request, { params: Promise.resolve({ provider }) });
  const { code, privateNetwork: allowed } = await response.json();
  return response.ok ? allowed : code;
}
const allowedFor = ({ siteId }: UserPrincipal, provider = NAME) => privateNetworksOf(siteId, provider);

it("is for those who run the installation, who may say it, change it and take it back", async () => {
  expect(await allow(operator, "10.1.2.9/24")).toBe("10.1.2.0/24");
  expect(await allowedFor(operator)).toEqual(["10.1.2.0/24"]);
  expect(await allowedFor(operator, "other.example.org")).toEqual([]);
  expect(await allow(operator, null)).toBe(null);
  expect(await allowedFor(operator)).toEqual([]);
  const entries = await db().auditEntry.findMany({
    where: { action: "provider-private-network" },
    orderBy: { id: "asc" },
  });
  expect(entries.map(({ subject, detail }) => [subject, detail])).toEqual([
    [NAME, { privateNetwork: "10.1.2.0/24" }],
    [NAME, { privateNetwork: null }],
  ]);
});

it("is not for another site of the installation, neither to say nor to use", async () => {
  expect(await allow(sister, "10.1.2.0/24")).toBe("NOT_MAIN_SITE");
  await db().provider.updateMany({ data: { privateNetwork: "10.1.2.0/24" } });

  expect(await allowedFor(sister)).toEqual([]);
  expect(await allowedFor(operator)).toEqual(["10.1.2.0/24"]);
});

it("is neither this machine, nor what a link gives out, nor the internet", async () => {
  for (const range of ["127.0.0.1", "::1", "169.254.0.0/16", "0.0.0.0/0", "8.8.8.8", "nonsense"]) {
    expect(await allow(operator, range)).toBe("PRIVATE_NETWORK_INVALID");
  }
  await db().provider.create({ data: { siteId: operator.siteId, provider: "10.1.2.3" } });
  expect(await allow(operator, "10.1.2.0/24", "10.1.2.3")).toBe("PRIVATE_NETWORK_INVALID");
  expect(await allow(operator, "10.1.2.0/24", "unknown.example.org")).toBe("PROVIDER_NOT_FOUND");
  expect(await allowedFor(operator)).toEqual([]);
});

it("goes again with a cloud that could not be added", async () => {
  const body = { domain: "nothing.localhost:1", privateNetwork: "10.1.2.0/24" };
  const response = await POST(await requestOf(operator, "/api/admin/providers", { method: "POST", body }));

  expect((await response.json()).code).toBe("PEER_ADDRESS_REFUSED");
  expect(await db().provider.count({ where: { provider: "nothing.localhost:1" } })).toBe(0);
  expect(await db().auditEntry.count({ where: { action: "provider-private-network" } })).toBe(0); // it was never allowed, not even for a moment
});

it("is no part of what another site adds", async () => {
  const body = { domain: "new.example.org", privateNetwork: "10.1.2.0/24" };
  const response = await POST(await requestOf(sister, "/api/admin/providers", { method: "POST", body }));

  expect((await response.json()).code).toBe("NOT_MAIN_SITE");
  expect(await db().provider.count({ where: { provider: "new.example.org" } })).toBe(0);
});
