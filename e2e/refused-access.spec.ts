import { randomUUID } from "node:crypto";
import { type FakePeer, startPeer } from "@/tests/peer";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { type Bytes, knock, stateOf } from "./knock";
import { getFile, type Member, makeFolder, putFile, sentShares } from "./people";
import { askForToken, meetStranger, signedBy } from "./stranger";

// A share that was given to another cloud, and all that this cloud may not do with it.
test.describe.configure({ mode: "serial" });

let peer: FakePeer;
let cloud: Cloud;
let bob: Member;

test.beforeAll(async () => {
  ({ peer, cloud, bob } = await meetStranger(14));
});
test.afterAll(() => peer.stop());

const post = (bytes: Bytes) => knock(cloud, bytes);
const exchange = (code: string, from = peer, fields: Record<string, string> = {}) =>
  askForToken(from, cloud, code, fields);

let secret: string;
let shareId: string;
let token: string;
let stranger: FakePeer;

test.beforeAll(async () => {
  stranger = await startPeer({ port: readClouds().peerPorts[15] });
  await makeFolder(bob, "/Given");
  const file = await putFile(bob, "/Given/a.txt", "one");
  expect(file.name).toBe("a.txt");
  const folder = await bob.client.json<{ id: string }>("GET", "/api/files/entry?path=/Given");
  peer.on("/ocm/shares", { status: 201, json: { recipientDisplayName: "Alice" } });
  peer.on("/ocm/notifications", { status: 201, json: {} });
  const recipient = { kind: "address", address: `alice@${peer.provider}` };
  const share = { nodeId: folder.id, recipient, role: "viewer" };
  ({ id: shareId } = await bob.client.json<{ id: string }>("POST", "/api/shares/sent", share));
  await expect.poll(() => peer.requestsTo("/ocm/shares").length).toBe(1);
  secret = JSON.parse(String(peer.requestsTo("/ocm/shares")[0]?.body)).protocol.webdav.sharedSecret;
  token = ((await exchange(secret)).json as { access_token: string }).access_token;
});
test.afterAll(() => stranger.stop());

const dav = (method: string, path: string, bearer: string, more: Partial<Bytes> = {}) =>
  post({ method, path, ...more, headers: { authorization: `Bearer ${bearer}`, ...more.headers } });
const told = (notificationType: string, notification: object, from = peer) =>
  signedBy(from, cloud, "/ocm/notifications", {
    notificationType,
    providerId: shareId,
    resourceType: "folder",
    notification,
  });

test("a share opens to its access token, not to the secret that was exchanged for it", async () => {
  const read = await dav("GET", `/dav/ocm/${shareId}/a.txt`, token);
  const bySecret = await dav("GET", `/dav/ocm/${shareId}/a.txt`, secret);

  expect([read.status, read.text]).toEqual([200, "one"]);
  expect(bySecret.status).toBe(401);
});

test("a share cannot be written to by who may view, whatever he tells of his permissions", async () => {
  for (const kind of ["SHARE_CHANGE_PERMISSION", "RESHARE_CHANGE_PERMISSION", "REQUEST_RESHARE"]) {
    const before = await stateOf(cloud);
    const answer = await post(told(kind, { permissions: ["read", "write"], permission: ["read", "write"] }));
    expect.soft(answer.status, kind).toBeGreaterThanOrEqual(400);
    expect.soft(await stateOf(cloud), kind).toEqual(before);
  }

  const before = await stateOf(cloud);
  const at = `/dav/ocm/${shareId}`;
  const destination = { destination: `${cloud.origin}${at}/b.txt` };
  const tries = {
    PUT: await dav("PUT", `${at}/a.txt`, token, { body: "two" }),
    "PUT of a new file": await dav("PUT", `${at}/b.txt`, token, { body: "two" }),
    DELETE: await dav("DELETE", `${at}/a.txt`, token),
    MKCOL: await dav("MKCOL", `${at}/new`, token),
    MOVE: await dav("MOVE", `${at}/a.txt`, token, { headers: destination }),
    COPY: await dav("COPY", `${at}/a.txt`, token, { headers: destination }),
  };
  for (const [what, { status }] of Object.entries(tries)) expect.soft(status, what).toBe(403);
  expect(await stateOf(cloud)).toEqual(before);
  expect((await getFile(bob, "/Given/a.txt")).body.toString()).toBe("one");
});

test("a share ends at its root: no path leads out of it", async () => {
  await putFile(bob, "/secret.txt", "not shared");
  const paths = ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/.%2e%2Fsecret.txt", "/a.txt%00", "/%0a"];

  for (const path of paths) {
    const answer = await dav("GET", `/dav/ocm/${shareId}${path}`, token);
    expect.soft(answer.status, path).toBeGreaterThanOrEqual(400);
    expect.soft(answer.status, path).toBeLessThan(500);
    expect.soft(answer.text, path).not.toContain("not shared");
  }
});

test("a share unfolds no entities of an XML document, and reads no file for one", async () => {
  const ask = (declared: string) => {
    const body = `<?xml version="1.0"?><!DOCTYPE d [${declared}]><propfind xmlns="DAV:"><prop><a>&b;</a></prop></propfind>`;
    return dav("PROPFIND", `/dav/ocm/${shareId}/`, token, { headers: { depth: "0" }, body });
  };
  const multiplying = ["<!ENTITY a 'aaaaaaaaaa'>", ..."bcdefghij"].map((name, at, all) =>
    at === 0 ? name : `<!ENTITY ${name} '${`&${at === 1 ? "a" : all[at - 1]};`.repeat(10)}'>`,
  );

  const answers = [await ask(`<!ENTITY b SYSTEM "file:///etc/passwd">`), await ask(multiplying.join(""))];

  expect(answers.map(({ status }) => status)).toEqual([400, 400]);
  expect(answers.map(({ text }) => text).join()).not.toContain("root:");
});

test("a share says nothing to guesses: every wrong token and every wrong secret hears the same", async () => {
  const someId = randomUUID();
  const wrong = [
    await dav("GET", `/dav/ocm/${shareId}/a.txt`, "sat_guess"),
    await dav("GET", `/dav/ocm/${shareId}/none.txt`, "sat_guess"),
    await dav("GET", `/dav/ocm/${someId}/a.txt`, "sat_guess"),
    await dav("GET", `/dav/ocm/${someId}/a.txt`, token),
    await dav("GET", "/dav/ocm/no-id/a.txt", token),
  ];
  const codes = [await exchange("guess"), await exchange(secret, stranger), await exchange("x".repeat(300))];
  const notices = [
    await post(told("SHARE_DECLINED", {}, stranger)),
    await post(
      signedBy(stranger, cloud, "/ocm/notifications", { notificationType: "SHARE_DECLINED", providerId: someId }),
    ),
  ];

  for (const answers of [wrong, codes, notices]) {
    expect.soft(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  }
  expect(wrong[0]?.status).toBe(401);
  expect(codes[0]).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  expect(notices[0]).toMatchObject({ status: 400, json: { message: "SHARE_UNKNOWN" } });
});

test("a share is searched for the cloud that holds its token: for no guess, for no other cloud, and for nobody unsigned", async () => {
  const search = (accessToken: string, from = peer) =>
    signedBy(from, cloud, "/ocm/search-shares", { shares: [{ providerId: shareId, accessToken }], q: "a" });
  const unsigned = { ...search(token), headers: { "content-type": "application/json" } };

  const found = await post(search(token));
  const refused = [await post(search("sat_guess")), await post(search(secret)), await post(search(token, stranger))];

  expect(found.json).toMatchObject({ results: [{ providerId: shareId, items: [{ name: "a.txt" }] }] });
  for (const { status, json } of refused) expect.soft([status, json]).toEqual([200, { results: [] }]);
  expect((await post(unsigned)).status).toBe(401);
});

test("a share gives its token only to the cloud that it was sent to, in that cloud's own name", async () => {
  const before = await stateOf(cloud);

  const otherName = await exchange(secret, stranger, { client_id: peer.provider });
  const otherGrant = await exchange(secret, peer, { grant_type: "password" });
  const form = signedBy(
    peer,
    cloud,
    "/ocm/token",
    `grant_type=authorization_code&client_id=${peer.provider}&code=${secret}`,
  );
  const unsigned = await post({ ...form, headers: { "content-type": "application/x-www-form-urlencoded" } });

  expect(otherName).toMatchObject({ status: 400, json: { error: "invalid_client" } });
  expect(otherGrant).toMatchObject({ status: 400, json: { error: "unsupported_grant_type" } });
  expect(unsigned.status).toBe(401);
  expect(await stateOf(cloud)).toEqual(before);
});

test("a share cannot be read any more once it has expired", async () => {
  await bob.client.json("PATCH", `/api/shares/sent/${shareId}`, {
    expiresAt: new Date(Date.now() + 1500).toISOString(),
  });
  expect((await dav("GET", `/dav/ocm/${shareId}/a.txt`, token)).status).toBe(200);

  await expect.poll(async () => (await dav("GET", `/dav/ocm/${shareId}/a.txt`, token)).status).toBe(404);
  expect((await exchange(secret)).json).toMatchObject({ error: "invalid_grant" });
  expect((await dav("PROPFIND", `/dav/ocm/${shareId}/`, token)).status).toBe(404);
});

test("a share cannot be read any more once it is revoked", async () => {
  await bob.client.json("PATCH", `/api/shares/sent/${shareId}`, { expiresAt: null });
  expect((await dav("GET", `/dav/ocm/${shareId}/a.txt`, token)).status).toBe(200);

  await bob.client.json("DELETE", `/api/shares/sent/${shareId}`);

  expect((await dav("GET", `/dav/ocm/${shareId}/a.txt`, token)).status).toBe(401);
  expect((await exchange(secret)).json).toMatchObject({ error: "invalid_grant" });
  await expect.poll(() => peer.requestsTo("/ocm/notifications").map(typeOf)).toContain("SHARE_UNSHARED");
  expect((await sentShares(bob)).filter(({ id, state }) => id === shareId && state !== "revoked")).toEqual([]);
});

const typeOf = ({ body }: { body: Buffer }) => JSON.parse(body.toString()).notificationType;
