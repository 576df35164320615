import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { getSite } from "@/lib/sites/sites";
import { befriend } from "@/tests/clouds";
import { makeAppPassword, makeUser, programRequest, requestOf } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { GET as nothing } from "./[version]/[...path]/route";
import { GET as getRemote, DELETE as leave } from "./[version]/apps/files_sharing/api/v1/remote_shares/[id]/route";
import {
  POST as accept,
  DELETE as decline,
} from "./[version]/apps/files_sharing/api/v1/remote_shares/pending/[id]/route";
import { GET as listPending } from "./[version]/apps/files_sharing/api/v1/remote_shares/pending/route";
import { GET as listRemote } from "./[version]/apps/files_sharing/api/v1/remote_shares/route";
import {
  PUT as change,
  GET as getShare,
  DELETE as revoke,
} from "./[version]/apps/files_sharing/api/v1/shares/[id]/route";
import { POST as create, GET as list } from "./[version]/apps/files_sharing/api/v1/shares/route";
import { GET as capabilities } from "./[version]/cloud/capabilities/route";
import { GET as cloudUser } from "./[version]/cloud/user/route";

let alice: SessionPrincipal;
let bob: SessionPrincipal;
const passwords = new Map<SessionPrincipal, string>();
const API = "apps/files_sharing/api/v1";
const SHARES = `${API}/shares`;
const PENDING = `${API}/remote_shares/pending`;

beforeEach(async () => {
  alice = await makeUser({ userName: "alice", displayName: "Alice", mail: "alice@example.org" });
  bob = await makeUser({ site: await getSite(alice.siteId), userName: "bob", displayName: "Bob" });
  for (const user of [alice, bob]) passwords.set(user, await makeAppPassword(user, ["shares"]));
  await makeFile(alice, "/Photos/a.txt");
});

type Handler = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;
type Sent = { method?: string; fields?: Record<string, string>; version?: number; query?: string };
async function send(user: SessionPrincipal, handler: Handler, path: string, sent: Sent = {}): Promise<Response> {
  const { method = "GET", fields, version = 2, query = "?format=json" } = sent;
  const body = fields && new URLSearchParams(fields);
  const url = `/ocs/v${version}.php/${path}${query}`;
  const request = await programRequest(user, passwords.get(user) ?? "", url, method, body);
  return handler(request, { params: Promise.resolve({ id: path.split("/").at(-1) }) });
}
async function ask(user: SessionPrincipal, handler: Handler, path: string, sent: Sent = {}) {
  const response = await send(user, handler, path, sent);
  const { ocs } = await response.json();
  return { status: response.status, meta: ocs.meta, data: ocs.data };
}
const share = (fields: Record<string, string> = {}, version = 2) =>
  ask(alice, create, SHARES, {
    method: "POST",
    version,
    fields: { shareType: "0", shareWith: "bob", path: "/Photos", ...fields },
  });
const failure = (statuscode: number) => ({ status: "failure", statuscode, message: expect.any(String) });

describe("a share", () => {
  it("is made from a form, and is the object that clients know", async () => {
    const made = await share({ permissions: "31", expireDate: "2100-12-31", note: "Look" });

    expect(made).toMatchObject({ status: 200, meta: { status: "ok", statuscode: 200, message: "OK" } });
    expect(made.data).toMatchObject({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      share_type: 0,
      uid_owner: "alice",
      displayname_owner: "Alice",
      permissions: 15,
      stime: expect.any(Number),
      expiration: "2100-12-31 00:00:00",
      note: "Look",
      path: "/Photos",
      file_target: "/Photos",
      item_type: "folder",
      mimetype: "httpd/unix-directory",
      token: null,
      share_with_displayname: "Bob",
    });
    const row = await db().sentShare.findFirstOrThrow({ where: { siteId: alice.siteId } });
    expect(row).toMatchObject({ role: "editor", expiresAt: new Date("2100-12-31T23:59:59Z"), recipientId: bob.userId });
    expect((await ask(alice, list, SHARES)).data).toEqual([made.data]);
    expect((await ask(alice, list, SHARES, { query: "?format=json&path=Photos" })).data).toEqual([made.data]);
    expect((await ask(alice, list, SHARES, { query: "?format=json&path=/Photos/a.txt" })).data).toEqual([]);
    expect((await ask(alice, getShare, `${SHARES}/${made.data.id}`)).data).toEqual([made.data]);
  });

  it("goes to a contact on another cloud, named in one piece or in two", async () => {
    const carol = await makeUser({ displayName: "Carol" });
    const [contact] = await befriend(alice, carol);
    const { identifier, provider } = contact;
    await makeFile(alice, "/a.txt");

    const one = await share({ shareType: "6", shareWith: `${identifier}@${provider}`, role: "editor", path: "/a.txt" });
    const two = await share({ shareType: "6", shareWith: identifier, shareWithProvider: provider });

    expect(one.data).toMatchObject({ share_type: 6, permissions: 3, item_type: "file", mimetype: "text/plain" });
    expect(two.data).toMatchObject({ share_type: 6, permissions: 1, share_with: `${identifier}@${provider}` });
    expect(two.data.share_with_displayname).toBe("Carol");
  });

  it("is changed and ended by its owner, and by nobody else", async () => {
    const { id } = (await share({ note: "Look" })).data;
    const path = `${SHARES}/${id}`;

    for (const handler of [getShare, change, revoke]) {
      const method = handler === getShare ? "GET" : handler === change ? "PUT" : "DELETE";
      const foreign = await ask(bob, handler, path, { method, fields: method === "PUT" ? {} : undefined });
      expect(foreign).toMatchObject({ status: 404, meta: failure(404) });
    }
    const changed = await ask(alice, change, path, {
      method: "PUT",
      fields: { permissions: "15", expireDate: "2100-01-31", note: "Look again" },
    });
    expect(changed.data).toMatchObject({ permissions: 15, expiration: "2100-01-31 00:00:00", note: "Look again" });
    const received = await db().receivedShare.findFirstOrThrow({ where: { siteId: alice.siteId } });
    expect(received).toMatchObject({ role: "editor", note: "Look again" });
    const endless = await ask(alice, change, path, { method: "PUT", fields: { expireDate: "" } });
    expect(endless.data).toMatchObject({ permissions: 15, expiration: null });

    expect(await ask(alice, revoke, path, { method: "DELETE" })).toMatchObject({ status: 200, data: [] });
    expect((await ask(alice, list, SHARES)).data).toEqual([]);
  });

  it("keeps its note once another cloud may know it", async () => {
    const [{ identifier, provider }] = await befriend(alice, await makeUser());
    const { id } = (await share({ shareType: "6", shareWith: `${identifier}@${provider}`, note: "Look" })).data;
    const put = (fields: Record<string, string>) => ask(alice, change, `${SHARES}/${id}`, { method: "PUT", fields });
    expect((await put({ note: "Look here" })).data).toMatchObject({ note: "Look here" });
    await db().sentShare.updateMany({ where: { siteId: alice.siteId, id }, data: { offeredAt: new Date() } });

    expect(await put({ note: "Not this" })).toMatchObject({ status: 409, meta: failure(409) });
    expect((await put({ note: "Look here", permissions: "15" })).data).toMatchObject({ permissions: 15 });
  });

  it.each([
    [{ path: "/None" }, 404],
    [{ path: "/" }, 404],
    [{ shareType: "3" }, 400],
    [{ permissions: "5" }, 400],
    [{ permissions: "0" }, 400],
    [{ role: "owner" }, 400],
    [{ expireDate: "tomorrow" }, 400],
    [{ expireDate: "2100-02-31" }, 400],
    [{ expireDate: "2020-01-01" }, 400],
    [{ shareWith: "nobody" }, 404],
    [{ shareWith: "alice" }, 400],
    [{ shareType: "6", shareWith: "no address" }, 400],
  ])("is not made of %o, which the envelope tells, and of the second form HTTP too", async (fields, statuscode) => {
    expect(await share(fields)).toMatchObject({ status: statuscode, meta: failure(statuscode), data: [] });
    expect(await share(fields, 1)).toMatchObject({ status: 200, meta: failure(statuscode), data: [] });
    expect(await db().sentShare.count()).toBe(0);
  });

  it("of what one was given cannot be made", async () => {
    await share({ permissions: "15" });
    const [{ id }] = (await ask(bob, listPending, PENDING)).data;
    await ask(bob, accept, `${PENDING}/${id}`, { method: "POST" });

    const fields = { shareType: "0", shareWith: "alice", path: "/Photos" };
    const again = await ask(bob, create, SHARES, { method: "POST", fields });

    expect(again).toMatchObject({ status: 400, meta: failure(400) });
    expect(await ask(bob, list, SHARES, { query: "?format=json&path=/Photos" })).toMatchObject({
      status: 200,
      data: [],
    });
  });
});

describe("what one is given", () => {
  it("waits, is accepted, and is left", async () => {
    await share({ note: "Look" });

    const [offer] = (await ask(bob, listPending, PENDING)).data;
    const { origin } = await getSite(alice.siteId);
    expect(offer).toMatchObject({ remote: origin, name: "/Photos", owner: "Alice", user: "bob", type: "dir" });
    expect(offer).toMatchObject({ accepted: false, permissions: 1, note: "Look" });
    expect(offer.mountpoint).toBe("{{TemporaryMountPointName#/Photos}}");
    expect((await ask(bob, listRemote, `${API}/remote_shares`)).data).toEqual([]);
    expect(await ask(alice, accept, `${PENDING}/${offer.id}`, { method: "POST" })).toMatchObject({ status: 404 });
    expect(await ask(bob, accept, `${PENDING}/${offer.id}`, { method: "POST" })).toMatchObject({
      status: 200,
      data: [],
    });

    const accepted = { ...offer, accepted: true, mountpoint: "/Photos" };
    expect((await ask(bob, listPending, PENDING)).data).toEqual([]);
    expect((await ask(bob, listRemote, `${API}/remote_shares`)).data).toEqual([accepted]);
    expect((await ask(bob, getRemote, `${API}/remote_shares/${offer.id}`)).data).toEqual(accepted);
    const [shared] = (await ask(bob, list, SHARES, { query: "?format=json&shared_with_me=true" })).data;
    expect(shared).toMatchObject({ id: offer.id, uid_owner: "Alice", share_with: "bob", path: "/Photos" });

    const gone = await ask(bob, leave, `${API}/remote_shares/${offer.id}`, { method: "DELETE" });
    expect(gone).toMatchObject({ status: 200, data: [] });
    expect(await ask(bob, getRemote, `${API}/remote_shares/${offer.id}`)).toMatchObject({ status: 404 });
    expect((await ask(alice, list, SHARES)).data).toEqual([]);
  });

  it("is declined", async () => {
    await share();
    const [{ id }] = (await ask(bob, listPending, PENDING)).data;

    expect(await ask(bob, decline, `${PENDING}/${id}`, { method: "DELETE" })).toMatchObject({ status: 200 });

    expect((await ask(bob, listPending, PENDING)).data).toEqual([]);
    expect(await ask(bob, accept, `${PENDING}/${id}`, { method: "POST" })).toMatchObject({ meta: failure(409) });
  });
});

describe("an answer", () => {
  const textOf = async (handler: Handler, path: string, version: number, query = "") => {
    const response = await send(alice, handler, path, { version, query });
    return [response.status, response.headers.get("content-type"), await response.text()];
  };

  it("is XML unless JSON is asked for, with the codes of the form that was asked", async () => {
    expect(await textOf(list, SHARES, 1)).toEqual([
      200,
      "application/xml; charset=utf-8",
      '<?xml version="1.0"?>\n<ocs><meta><status>ok</status><statuscode>100</statuscode><message>OK</message></meta><data/></ocs>\n',
    ]);
    await share();
    const [, , xml] = await textOf(list, SHARES, 2);
    expect(xml).toContain("<statuscode>200</statuscode>");
    expect(xml).toMatch(/<data><element><id>[\da-f-]{36}<\/id><share_type>0<\/share_type>/);
    expect(xml).toContain("<expiration/>");
  });

  it("is JSON for who accepts that", async () => {
    const request = await programRequest(alice, passwords.get(alice) ?? "", `/ocs/v1.php/${SHARES}`);
    request.headers.set("accept", "application/json");

    const response = await list(request);

    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({
      ocs: { meta: { status: "ok", statuscode: 100, message: "OK" }, data: [] },
    });
  });

  it("says who one is, what is spoken here, and that there is nothing else", async () => {
    expect((await ask(alice, cloudUser, "cloud/user")).data).toMatchObject({
      id: "alice",
      "display-name": "Alice",
      email: "alice@example.org",
    });
    passwords.delete(alice);
    const { data } = await ask(alice, capabilities, "cloud/capabilities");
    expect(data.capabilities.files_sharing).toMatchObject({ api_enabled: true, public: { enabled: false } });
    expect(await ask(bob, nothing, "apps/none")).toMatchObject({ status: 404, meta: failure(998) });
    expect(await ask(bob, list, SHARES, { version: 9 })).toMatchObject({ status: 404, meta: failure(998) });
  });
});

describe("who asks", () => {
  it("proves itself, in both forms", async () => {
    for (const version of [1, 2]) {
      for (const authorization of ["", "Basic YWxpY2U6d3Jvbmc=", "Bearer app_wrong"]) {
        passwords.set(alice, authorization);
        const refused = await send(alice, list, SHARES, { version });

        expect(refused.headers.get("www-authenticate")).toContain("Basic realm=");
        expect([refused.status, (await refused.json()).ocs.meta]).toEqual([401, failure(997)]);
      }
    }
    passwords.set(alice, await makeAppPassword(alice, ["files"]));
    expect(await ask(alice, list, SHARES)).toMatchObject({ status: 403, meta: failure(403) });
  });

  it("may be signed in, if no page of another origin can have asked", async () => {
    const asked = async (handler: Handler, headers: Record<string, string>, method = "GET") => {
      const request = await requestOf(alice, `/ocs/v2.php/${SHARES}?format=json`, { method, headers });
      return (await handler(request, { params: Promise.resolve({}) })).status;
    };
    const marked = { "ocs-apirequest": "true" };

    expect(await asked(list, marked)).toBe(200);
    expect(await asked(list, {})).toBe(403);
    expect(await asked(create, {}, "POST")).toBe(403);
    expect(await asked(create, marked, "POST")).toBe(400);
    expect(await asked(create, { ...marked, origin: "" }, "POST")).toBe(400);
    expect(await asked(create, { ...marked, origin: "https://evil.example.org" }, "POST")).toBe(403);
  });
});
