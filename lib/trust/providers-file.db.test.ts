import { beforeEach, expect, it } from "vitest";
import { GET, POST } from "@/app/api/admin/providers-file/route";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { readProvidersFile } from "@/lib/protocol/ocm/providers-file";
import { getSite } from "@/lib/sites/sites";
import { makeUser, requestOf } from "@/tests/make";

const PATH = "/api/admin/providers-file";
let admin: UserPrincipal;
beforeEach(async () => {
  admin = await makeUser({ isAdmin: true });
  const of = { siteId: admin.siteId };
  await db().provider.createMany({
    data: [
      { ...of, provider: "blocked.example.org", standing: "blocked" },
      { ...of, provider: "listed.example.org", standing: "listed" },
      { ...of, provider: "known.example.org" },
    ],
  });
});

async function post(domains: string[], isConfirmed: boolean, who = admin) {
  const file = JSON.stringify(domains.map((domain) => ({ domain })));
  const response = await POST(await requestOf(who, PATH, { method: "POST", body: { file, isConfirmed } }));
  return { status: response.status, json: await response.json() };
}
const DOMAINS = ["blocked", "listed", "known", "new"].map((name) => `${name}.example.org`);
const standings = async () =>
  Object.fromEntries(
    (await db().provider.findMany()).map(({ provider, standing }) => [provider.split(".")[0], standing]),
  );
const named = (domain: string) => ({ provider: domain, name: domain });

it("tells what a list would change, and changes nothing", async () => {
  const { provider: own } = await getSite(admin.siteId);
  const before = await standings();

  const { json } = await post([...DOMAINS, own, "*.example.org"], false);

  expect(json).toEqual({
    added: [named("known.example.org"), named("new.example.org")],
    present: 1,
    blocked: [named("blocked.example.org")],
    bad: [{ entry: 6, label: "*.example.org", reason: "“*.example.org” is not the name of a cloud." }],
  });
  expect(await standings()).toEqual(before);
});

it("trusts what is new after a yes; what is blocked stays so", async () => {
  await post(DOMAINS, true);
  await post(DOMAINS, true);

  expect(await standings()).toEqual({ blocked: "blocked", listed: "listed", known: "listed", new: "listed" });
  const audited = await db().auditEntry.findMany({ where: { action: "providers-imported" } });
  expect(audited.map(({ detail }) => detail)).toEqual([
    { count: 2, providers: ["known.example.org", "new.example.org"] },
  ]);
});

it("exports what is trusted, and this cloud itself", async () => {
  const text = await (await GET(await requestOf(admin, PATH))).text();

  const { provider: own } = await getSite(admin.siteId);
  const { entries, bad } = readProvidersFile(text);
  expect(entries.map(({ provider }) => provider)).toEqual([own, "listed.example.org"]);
  expect(bad).toEqual([]);
});

it("is for administrators, and for lists", async () => {
  const bob = await makeUser({ userName: "bob" });

  expect((await post(DOMAINS, true, bob)).status).toBe(403);
  const request = await requestOf(admin, PATH, { method: "POST", body: { file: "{}" } });
  expect(await (await POST(request)).json()).toMatchObject({ code: "PROVIDERS_FILE_INVALID" });
});
