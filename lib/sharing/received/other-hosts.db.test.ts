import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PATCH } from "@/app/api/admin/providers/[provider]/route";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { acceptShare } from "@/lib/sharing/received/answer-share";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { forgetSites, getSite, listSites, type Site } from "@/lib/sites/sites";
import { POST } from "@/server/ocm/shares";
import { makeUser, requestOf } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";

// A cloud that keeps its files at another host than its own, which an administrator here has named for it.
let peer: FakePeer;
let files: FakePeer;
let bob: UserPrincipal;
let site: Site;

const SECRET = "a-secret";

beforeEach(async () => {
  [peer, files] = await Promise.all([startPeer({ capabilities: ["exchange-token"] }), startPeer()]);
  peer.on("/ocm/token", { json: { access_token: "access", token_type: "Bearer", expires_in: 3600 } });
  files.on("/dav/s1/hut.txt", { text: "wooden", headers: { etag: '"e1"', "content-length": "6" } });
  bob = await makeUser({ userName: "bob", isAdmin: true });
  site = await getSite(bob.siteId);
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider } });
  const alice = { identifier: "alice", ourIdentifier: "bob-1", displayName: "Alice" };
  await db().contact.create({ data: { siteId: site.id, userId: bob.userId, provider: peer.provider, ...alice } });
});
afterEach(() => Promise.all([peer.stop(), files.stop()]));

/** What the administrator is told who names these hosts, or the hosts that are named then. */
async function name(...webdavHosts: string[]) {
  const { provider } = peer;
  const request = await requestOf(bob, `/api/admin/providers/${provider}`, { method: "PATCH", body: { webdavHosts } });
  const response = await PATCH(request, { params: Promise.resolve({ provider }) });
  const { code, webdavHosts: named } = await response.json();
  return response.ok ? named : code;
}
async function offered(uri: string, by = peer, requirements = ["must-exchange-token"]) {
  const alice = `alice@${by.provider}`;
  const webdav = { uri, sharedSecret: SECRET, permissions: ["read"], requirements };
  const who = { shareWith: `bob-1@${site.provider}`, owner: alice, sender: alice, shareType: "user" };
  const what = { resourceType: "folder", name: "Huts", providerId: uri, protocol: { name: "multi", webdav } };
  const response = await POST(by.request(site, "/ocm/shares", { ...who, ...what }));
  return response.ok ? response.status : (await response.json()).message;
}
const place = () => `${files.origin}/dav/s1`;
async function accepted(): Promise<string> {
  const { id } = await db().receivedShare.findFirstOrThrow({ where: { siteId: site.id } });
  await acceptShare(bob, id);
  return id;
}
const read = async (id: string) => text((await (await receivedTree(bob, id)).read(["hut.txt"])).body);
const asked = () => files.requests.map(({ method, path }) => `${method} ${path}`);

it("is read where an administrator has named that host, with the token that the cloud itself gave", async () => {
  const before = await offered(place());
  const named = await name(files.provider);
  const after = await offered(place());

  expect([before, named, after]).toEqual(["URI_INVALID", [files.provider], 201]);
  expect(await read(await accepted())).toBe("wooden");
  expect(peer.requestsTo("/ocm/token")).toHaveLength(1);
  expect(asked()).toEqual(["GET /dav/s1/hut.txt"]);
  expect(files.requests[0]?.headers).toMatchObject({ authorization: "Bearer access" });
  expect(files.requests[0]?.headers).not.toHaveProperty("signature"); // what we sign is for the cloud itself
  expect(JSON.stringify(files.requests)).not.toContain(SECRET);
});

it("is shown tokens alone, also of a share that does not ask for that, and whatever its cloud shows later", async () => {
  await name(files.provider);
  await offered(place(), peer, []);
  files.on("/dav/s1/hut.txt", { status: 401, json: {} });
  const id = await accepted();
  await expect(read(id)).rejects.toMatchObject({ code: "PEER_REFUSED" });

  peer.document.capabilities = [];
  await db().provider.updateMany({ where: { provider: peer.provider }, data: { discoveredAt: null } });
  await db().receivedShare.updateMany({ where: { id }, data: { wayIn: "bearer", wayInAt: new Date() } });
  await expect(read(id)).rejects.toMatchObject({ code: "PEER_REFUSED" });

  expect(asked().length).toBeGreaterThan(1);
  expect(new Set(files.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer access"]));
});

it("is not opened at a host that has become one of this installation", async () => {
  await name(files.provider);
  await offered(place());
  const id = await accepted();
  await db().site.updateMany({ where: { id: site.id }, data: { provider: files.provider } });
  forgetSites();
  await listSites();

  await expect(read(id)).rejects.toMatchObject({ code: "PEER_AUTHORITY_REFUSED" });
  expect(asked()).toEqual([]);
});

it("is refused at every host that only holds the name of that one", async () => {
  await name(files.provider);
  const { provider } = files;
  const others = [`${provider}0`, `my${provider}`, `a.${provider}`, provider.replace(":", ".evil.example:")];
  const hosts = [...others, `${provider}@127.0.0.1:9`, "peer.localhost", `127.0.0.1:9/${provider}`];

  const answers = [];
  for (const host of hosts) answers.push(await offered(`http://${host}/dav/s1`));

  expect(answers).toEqual(hosts.map(() => "URI_INVALID"));
  expect(asked()).toEqual([]);
});

it("is not opened any more once the host is named no more, or is that of a cloud that is blocked", async () => {
  await name(files.provider);
  await offered(place());
  const id = await accepted();
  await name();
  await expect(read(id)).rejects.toMatchObject({ code: "PEER_AUTHORITY_REFUSED" });

  await name(files.provider);
  await db().provider.create({ data: { siteId: site.id, provider: files.provider, standing: "blocked" } });

  await expect(read(id)).rejects.toMatchObject({ code: "PROVIDER_NOT_TRUSTED" });
  expect(asked()).toEqual([]);
});

it("holds for the one cloud for which it was named", async () => {
  await name(files.provider);
  await db().provider.create({ data: { siteId: site.id, provider: files.provider } });

  expect(await offered(`${peer.origin}/dav/s1`, files)).toBe("URI_INVALID");
});

it("is named as a whole host, and that stands in the audit trail", async () => {
  const wrong = ["https://files.example.org", "files.example.org/dav", "*.example.org", ".example.org", "a@b.example"];
  for (const host of [...wrong, site.provider]) expect(await name(host), host).toBe("WEBDAV_HOST_INVALID");

  expect(await name("Files.Example.ORG:443", "files.example.org")).toEqual(["files.example.org"]);
  const where = { siteId: site.id, action: "provider-manners" };
  const detail = { webdavHosts: ["files.example.org"] };
  expect(await db().auditEntry.findMany({ where })).toMatchObject([{ subject: peer.provider, detail }]);
});
