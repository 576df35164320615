import { CompactSign } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as READ } from "@/app/api/admin/directories/[id]/read/route";
import { DELETE, PATCH } from "@/app/api/admin/directories/[id]/route";
import { GET, POST } from "@/app/api/admin/directories/route";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { generateSigningKey, publicJwk } from "@/lib/protocol/httpsig/jwk";
import { updatePolicies } from "@/lib/sites/policies";
import { forgetSites, getSite } from "@/lib/sites/sites";
import { listDirectoryClouds } from "@/lib/trust/directory-clouds";
import { requireAllowedProvider } from "@/lib/trust/provider-record";
import { getProvider, listProviders } from "@/lib/trust/providers";
import { readDirectories } from "@/lib/trust/read-directory";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

const PATH = "/api/admin/directories";
const privateKey = generateSigningKey();
const key = JSON.stringify(publicJwk(privateKey, "one"));
let admin: UserPrincipal;
let peer: FakePeer;

beforeEach(async () => {
  admin = await makeUser({ isAdmin: true });
  peer = await startPeer();
  await publish(["hall.example.org", "school.example.org"]);
});
afterEach(() => peer.stop());

/** Hours from now. */
type Times = { of: number; until: number };
async function publish(
  hosts: string[],
  { path = "/list", signedWith = privateKey, times = { of: 0, until: 72 } as Times | null } = {},
) {
  const servers = hosts.map((host) => ({ url: `https://${host}`, displayName: `The ${host.split(".")[0]}` }));
  const inSeconds = (hours: number) => Math.floor(Date.now() / 1_000 + hours * 3_600);
  const dates = times && { iat: inSeconds(times.of), exp: inSeconds(times.until) };
  const payload = JSON.stringify({ federation: "Our town", servers, ...dates });
  const text = await new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: "EdDSA" }).sign(signedWith);
  peer.on(path, { text });
}
async function follow(changes: object = {}, who = admin) {
  const body = { url: `${peer.origin}/list`, key, ...changes };
  const response = await POST(await requestOf(who, PATH, { method: "POST", body }));
  return { status: response.status, json: await response.json() };
}
const at = (id: string) => ({ params: Promise.resolve({ id }) });
const change = async (id: string, body: object) =>
  (await PATCH(await requestOf(admin, PATH, { method: "PATCH", body }), at(id))).json();
const read = async (id: string) => (await READ(await requestOf(admin, PATH, { method: "POST" }), at(id))).json();
const offered = async () => (await listDirectoryClouds(await getSite(admin.siteId))).map(({ provider }) => provider);
async function onlyListed() {
  await db().$transaction((tx) => updatePolicies(tx, admin.siteId, { providerRule: "listed" }));
  forgetSites();
}
/** "yes", or the code of the refusal. */
const isAllowed = (provider: string) =>
  requireAllowedProvider(admin.siteId, provider).then(
    () => "yes",
    ({ code }) => code,
  );
/** As if it had been read so many hours ago. */
const age = (hours: number) =>
  db().directory.updateMany({ data: { readAt: new Date(Date.now() - hours * 3_600_000) } });

describe("a directory that is followed", () => {
  it("is read on the spot, and its clouds are offered with the names that it gives them", async () => {
    const { status, json } = await follow();

    expect(status).toBe(201);
    expect(json).toMatchObject({ federation: "Our town", clouds: 2, isTrusted: false, failure: null });
    expect(await listDirectoryClouds(await getSite(admin.siteId))).toEqual([
      { provider: "hall.example.org", name: "The hall" },
      { provider: "school.example.org", name: "The school" },
    ]);
    const { items } = await (await GET(await requestOf(admin, PATH))).json();
    expect(items).toEqual([json]);
  });

  it("is not added if its key did not sign it, if nothing is there, or twice", async () => {
    await follow();
    await publish(["evil.example.org"], { path: "/changed", signedWith: generateSigningKey() });
    peer.on("/page", { text: "<html>" });
    const tried = async (path: string) => (await follow({ url: peer.origin + path })).json.code;

    expect(await tried("/changed")).toBe("DIRECTORY_SIGNATURE_INVALID");
    expect(await tried("/page")).toBe("DIRECTORY_INVALID");
    expect(await tried("/nothing")).toBe("DIRECTORY_UNREADABLE");
    expect(await tried("/list")).toBe("DIRECTORY_FOLLOWED");
    expect((await follow({ key: "no key" })).json.code).toBe("DIRECTORY_KEY_INVALID");
    expect((await follow({ url: "no address" })).json.code).toBe("VALIDATION_FAILED");
    expect(await db().directory.count()).toBe(1);
  });

  it("is read anew each hour: who left it counts no more, who joined does", async () => {
    const { id } = (await follow()).json;
    await publish(["school.example.org", "mill.example.org"]);

    await readDirectories();
    const view = await read(id);

    expect(view).toMatchObject({ clouds: 2, failure: null });
    expect(await offered()).toEqual(["mill.example.org", "school.example.org"]);
    const jobs = await db().$queryRaw`SELECT 1 FROM graphile_worker.jobs WHERE task_identifier = 'read-directory'`;
    expect(jobs).toHaveLength(1);
  });

  it("that is signed with another key is refused, and that is said; the list of before counts until it is old", async () => {
    const { id } = (await follow()).json;
    await publish(["evil.example.org"], { signedWith: generateSigningKey() });

    const view = await read(id);

    expect(view).toMatchObject({
      clouds: 2,
      failure: "The list is not signed with the key that you were given for it.",
    });
    expect(await offered()).toContain("hall.example.org");
    await age(73);
    expect(await offered()).toEqual([]);
    await publish(["hall.example.org"]);
    expect((await read(id)).failure).toBeNull();
    expect(await offered()).toEqual(["hall.example.org"]);
  });

  it.each([
    [
      "older than the one before",
      { of: -2, until: 70 },
      "The list that is there now is older than the one that was read before.",
    ],
    [
      "without a date where there was one",
      null,
      "The list that is there now is older than the one that was read before.",
    ],
    ["over", { of: 0, until: -1 }, "The list says that it counts no more."],
  ])("is not believed that is %s; the list of before goes on", async (_name, times, failure) => {
    await publish(["hall.example.org"], { times: { of: -1, until: 71 } });
    const { id } = (await follow()).json;
    await publish(["hall.example.org", "evil.example.org"], { times });

    expect((await read(id)).failure).toBe(failure);
    expect(await offered()).toEqual(["hall.example.org"]);
  });

  it("need not say of when it is, and may begin to", async () => {
    await publish(["hall.example.org"], { times: null });
    const { id } = (await follow()).json;
    await publish(["hall.example.org", "mill.example.org"], { times: null });
    const again = await read(id);
    await publish(["mill.example.org"]);

    expect(again).toMatchObject({ clouds: 2, failure: null });
    expect(await read(id)).toMatchObject({ clouds: 1, failure: null });
  });

  it("counts no longer than it says", async () => {
    await publish(["hall.example.org"], { times: { of: 0, until: 1 } });
    const { countsUntil } = (await follow({ isTrusted: true })).json;
    await onlyListed();
    const before = [await offered(), await isAllowed("hall.example.org")];
    await db().directory.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } });

    expect(Math.abs(Date.parse(countsUntil) - Date.now() - 3_600_000)).toBeLessThan(10_000);
    expect(before).toEqual([["hall.example.org"], "yes"]);
    expect([await offered(), await isAllowed("hall.example.org")]).toEqual([[], "PROVIDER_NOT_TRUSTED"]);
  });

  it("is one of several: their lists count together, and one that is removed no more", async () => {
    const { id } = (await follow()).json;
    await publish(["hall.example.org", "mill.example.org"], { path: "/other" });
    await follow({ url: `${peer.origin}/other` });

    expect(await offered()).toEqual(["hall.example.org", "mill.example.org", "school.example.org"]);
    expect((await DELETE(await requestOf(admin, PATH, { method: "DELETE" }), at(id))).status).toBe(204);
    expect((await DELETE(await requestOf(admin, PATH, { method: "DELETE" }), at(id))).status).toBe(404);
    expect(await offered()).toEqual(["hall.example.org", "mill.example.org"]);
  });

  it("is the administrators' business alone, and of one site", async () => {
    const bob = await makeUser({ userName: "bob" });
    await follow();

    expect((await follow({}, bob)).status).toBe(403);
    expect(await listDirectoryClouds(await getSite(bob.siteId))).toEqual([]);
  });
});

describe("trust in a directory", () => {
  it("lets in those on it where only the listed are let in, but nobody whom the administrators have blocked", async () => {
    const { id } = (await follow()).json;
    await onlyListed();
    const blocked = { siteId: admin.siteId, provider: "school.example.org", standing: "blocked" as const };
    await db().provider.create({ data: blocked });
    const before = await isAllowed("hall.example.org");

    await change(id, { isTrusted: true });

    expect(before).toBe("PROVIDER_NOT_TRUSTED");
    expect(await isAllowed("hall.example.org")).toBe("yes");
    expect(await isAllowed("mill.example.org")).toBe("PROVIDER_NOT_TRUSTED");
    expect(await isAllowed("school.example.org")).toBe("PROVIDER_NOT_TRUSTED");
    expect(await offered()).toEqual(["hall.example.org"]);
    await change(id, { isTrusted: false });
    expect(await isAllowed("hall.example.org")).toBe("PROVIDER_NOT_TRUSTED");
    expect(await offered()).toEqual([]);
  });

  it("is shown of a cloud that is known already, with the name of the directory", async () => {
    await db().provider.create({ data: { siteId: admin.siteId, provider: "hall.example.org" } });
    const { id } = (await follow()).json;
    const vouchedBy = async () => [
      (await getProvider(admin, "hall.example.org")).vouchedBy,
      (await listProviders(admin)).items[0]?.vouchedBy,
    ];
    const before = await vouchedBy();

    await change(id, { isTrusted: true });

    expect(before).toEqual([[], []]);
    expect(await vouchedBy()).toEqual([["Our town"], ["Our town"]]);
    await age(73);
    expect(await vouchedBy()).toEqual([[], []]);
  });

  it("ends when its list is three days old", async () => {
    await follow({ isTrusted: true });
    await onlyListed();
    const fresh = await isAllowed("hall.example.org");
    await age(73);

    expect(fresh).toBe("yes");
    expect(await isAllowed("hall.example.org")).toBe("PROVIDER_NOT_TRUSTED");
  });

  it("is in the audit trail, like the following and the end of it", async () => {
    const { id } = (await follow()).json;
    await change(id, { isTrusted: true });
    await DELETE(await requestOf(admin, PATH, { method: "DELETE" }), at(id));

    const entries = await db().auditEntry.findMany({
      where: { subject: `${peer.origin}/list` },
      orderBy: { id: "asc" },
    });
    expect(entries.map(({ action }) => action)).toEqual([
      "directory-followed",
      "directory-trusted",
      "directory-removed",
    ]);
  });
});
