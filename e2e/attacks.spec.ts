import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import type { InviteView } from "@/lib/contacts/schema";
import { findInvite } from "@/lib/protocol/ocm/invite-string";
import { type FakePeer, startPeer } from "@/tests/peer";
import { startCanary } from "./canary";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { type Bytes, expectRefusal, knock, queryRows, stateOf } from "./knock";
import {
  acceptOffer,
  connect,
  type Member,
  makeFolder,
  makeMember,
  openAs,
  putFile,
  receivedShares,
  sentShares,
  signInAdmin,
  textOf,
} from "./people";
import { addressOf, arm, meetStranger, offerOf, signedBy } from "./stranger";

// What was done to other clouds, tried on the running server. Where each attack is answered: docs/attacks.md.
test.describe.configure({ mode: "serial" });

let peer: FakePeer;
let cloud: Cloud;
let bob: Member;
let address: string;

test.beforeAll(async () => {
  ({ peer, cloud, bob, address } = await meetStranger(42));
});
test.afterAll(() => peer.stop());

const post = (bytes: Bytes) => knock(cloud, bytes);
const signed = (message: unknown, path = "/ocm/shares", options = {}) => signedBy(peer, cloud, path, message, options);
const offer = (changes?: object) => offerOf(peer, { address }, changes);

const UNFIT = {
  "turns the text around": "Photos\u202egnp.exe",
  "breaks the line": "Photos\nFrom your administrator",
  "is half a character": "Photos\ud83d",
  "leads up": "..",
  "holds a separator": "a/b",
  "holds the separator of another system": "a\\b",
  "is empty": "",
};
for (const [what, name] of Object.entries(UNFIT)) {
  test(`a thing whose name ${what} is not taken`, async () => {
    const reason = what === "is half a character" ? "TEXT_INVALID" : "VALIDATION_FAILED";

    await expectRefusal(cloud, () => post(signed(offer({ name }))), { status: 400, reason });
  });
}

test("names of others are shown as text, on one line and in its own order", async ({ context }) => {
  let runs = 0;
  await context.exposeFunction("pwned", () => void runs++);
  const markup = "<img src=x onerror=pwned()>";
  const names = { senderDisplayName: `Alice\u202e ${markup}\n`, ownerDisplayName: `Alice\u2066 ${markup}` };

  const answer = await post(
    signed(offer({ ...names, name: `${markup}.txt`, description: `<script>pwned()</script>` })),
  );
  const page = await openAs(context, bob, "/shared-with-me");
  await expectOnlyText(page, markup);
  await page.getByTestId("accept-with-contact").click();
  await expect(page.getByRole("heading", { name: "In your files" })).toBeVisible();
  for (const path of ["/contacts", "/files", "/shared-with-me"]) {
    await page.goto(cloud.origin + path);
    await expectOnlyText(page, markup);
  }

  expect(answer.status).toBe(201);
  expect(runs).toBe(0);
});

async function expectOnlyText(page: Page, markup: string): Promise<void> {
  await expect(page.getByText(markup).first()).toBeVisible();
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  expect(await page.locator("body").innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
}

test("a cloud whose name only looks like another is another, and is called by its plain letters", async () => {
  const lookAlike = cloud.provider.replace("a", "а"); // of the Cyrillic script
  const text = `${"t1".repeat(12)}@${lookAlike}`;

  const taken = await post(signed(offer({ shareWith: address.replace(cloud.provider, lookAlike) })));
  const preview = await bob.client.send("POST", "/api/invites/preview", {
    body: JSON.stringify({ text }),
    headers: { "content-type": "application/json" },
  });
  const told = await preview.body.text();

  expect(lookAlike).not.toBe(cloud.provider);
  expect(taken.json).toMatchObject({ message: "SHARE_WITH_UNKNOWN" });
  expect(told).not.toContain(lookAlike);
  if (preview.statusCode === 200) expect(told).toContain("xn--");
});

test("a list of clouds names whole hosts: nobody is let in for a name that holds one of them", async () => {
  const { client } = await signInAdmin(cloud);
  await client.json("POST", "/api/admin/providers", { domain: peer.provider });
  await client.json("PATCH", "/api/admin/policies", { providerRule: "listed" });
  const [host = "", port = ""] = peer.provider.split(":");
  const others = [
    `evil-${peer.provider}`,
    `evil.${peer.provider}`,
    `${host}.evil.org`,
    `${host}.evil.org:${port}`,
    host,
  ];

  try {
    expect((await post(signed(offer({ name: "Listed" })))).status).toBe(201);
    for (const other of others) {
      const send = () => post(signed(offer(), "/ocm/shares", { keyid: `${other}#key-1` }));
      await expectRefusal(cloud, send, { status: 403, reason: "PROVIDER_NOT_TRUSTED" });
    }
  } finally {
    await client.json("PATCH", "/api/admin/policies", { providerRule: "anyone" });
  }
});

test("a notification that says nothing, or nonsense, changes nothing", async () => {
  const { id: nodeId } = await makeFolder(bob, "/Given");
  peer.on("/ocm/shares", { status: 201, json: {} });
  const recipient = { kind: "address", address: `alice@${peer.provider}` };
  const share = { nodeId, recipient, role: "viewer" };
  const { id: providerId } = await bob.client.json<{ id: string }>("POST", "/api/shares/sent", share);
  await expect.poll(() => peer.requestsTo("/ocm/shares").length).toBe(1);
  const types = ["SHARE_CHANGE_PERMISSION", "RESHARE_CHANGE_PERMISSION", "REQUEST_RESHARE", "NO_SUCH_TYPE"];

  for (const notificationType of types) {
    for (const notification of [null, undefined, [], { permissions: null }, { permissions: "write" }]) {
      const before = await stateOf(cloud);
      const message = { notificationType, providerId, resourceType: "folder", notification };
      const { status } = await post(signed(message, "/ocm/notifications"));
      expect.soft(status, `${notificationType} ${JSON.stringify(notification)}`).toBeGreaterThanOrEqual(400);
      expect.soft([500, 502, 503]).not.toContain(status);
      expect.soft(await stateOf(cloud), notificationType).toEqual(before);
    }
  }
});

test("whoever received a share cannot let others in by asking for it", async () => {
  const { providerId, protocol } = JSON.parse(String(peer.requestsTo("/ocm/shares")[0]?.body));
  const { sharedSecret } = protocol.webdav;
  const notification = { shareWith: `carol@${peer.provider}`, permissions: ["read", "write", "share"], sharedSecret };
  const before = await stateOf(cloud);

  const wanted = { notificationType: "REQUEST_RESHARE", providerId, resourceType: "folder", notification };
  const { status } = await post(signed(wanted, "/ocm/notifications"));

  expect(status).toBeGreaterThanOrEqual(400);
  expect(await stateOf(cloud)).toEqual(before);
});

test("whoever may let others in gives nobody more than he was given", async () => {
  const { id: nodeId } = await makeFolder(bob, "/Lent");
  const recipient = { kind: "address", address: `carol@${peer.provider}` };
  const share = { nodeId, recipient, role: "viewer", canReshare: true };
  const { id: providerId } = await bob.client.json<{ id: string }>("POST", "/api/shares/sent", share);
  await expect.poll(async () => (await sentShares(bob)).find(({ id }) => id === providerId)?.state).toBe("delivered");
  const notification = { shareWith: `dave@${peer.provider}`, permissions: ["read", "write"] };
  const wanted = { notificationType: "REQUEST_RESHARE", providerId, resourceType: "folder", notification };

  const send = () => post(signed(wanted, "/ocm/notifications"));

  await expectRefusal(cloud, send, { status: 400, reason: "RESHARE_BEYOND_RIGHTS" });
});

test("whoever was told a contact's name for one of ours asks as a stranger, and is told no other", async () => {
  const eve = await makeMember(readClouds().b, "Eve");
  await connect(bob, eve);
  const [told] = await queryRows<{ name: string }>(
    cloud,
    `SELECT "ourIdentifier" AS name FROM "Contact" WHERE provider = $1 AND "displayName" = 'Eve' ORDER BY id DESC LIMIT 1`,
    [eve.cloud.provider],
  );

  const shareWith = `${told?.name}@${cloud.provider}`;
  const carol = `carol@${peer.provider}`; // no contact, unlike whose offer was accepted above
  const { status, json } = await post(signed(offer({ shareWith, name: "As Eve", owner: carol, sender: carol })));

  expect([status, json]).toMatchObject([201, { recipientDisplayName: "" }]);
  const request = (await receivedShares(bob)).find(({ name }) => name === "As Eve")?.request;
  expect(request).toMatchObject({ via: { name: "Eve" } });
});

test("a cloud that has come to know newer signatures is not believed with older ones", async () => {
  const other = await startPeer({ port: readClouds().peerPorts[44] });
  try {
    other.signAsBefore();
    const send = (name: string) => post(signedBy(other, cloud, "/ocm/shares", offerOf(other, { address }, { name })));
    const believed = await send("First");
    Object.assign(other.document, { jwksUri: `${other.origin}/ocm/jwks`, capabilities: ["http-sig"] });
    const daysAgo = `UPDATE "Provider" SET "discoveredAt" = now() - interval '2 days' WHERE provider = $1`;
    await queryRows(cloud, daysAgo, [other.provider]);
    const before = await stateOf(cloud);

    const answer = await send("Second");

    expect([believed.status, answer.status]).toEqual([201, 401]);
    expect(answer.json).toMatchObject({ message: "SIGNATURE_INVALID" });
    expect(await stateOf(cloud)).toEqual(before);
  } finally {
    await other.stop();
  }
});

test("an invite opens to no guess at its token, and still to whoever was given it", async () => {
  const { invitation } = await bob.client.json<InviteView>("POST", "/api/invites", { note: "" });
  const { token = "" } = findInvite(invitation?.code ?? "") ?? {};
  const newest = `SELECT "tokenHash" AS hash FROM "Invite" ORDER BY "createdAt" DESC LIMIT 1`;
  const [kept] = await queryRows<{ hash: string }>(cloud, newest);
  const him = { recipientProvider: peer.provider, userID: "mallory", email: "mallory@example.org", name: "Mallory" };
  const accept = (guess: string) => post(signed({ ...him, token: guess }, "/ocm/invite-accepted"));
  const before = await stateOf(cloud);
  const guesses = [randomUUID(), token.slice(0, -1), `${token}A`, `${token.slice(0, -4)}%`, token.toUpperCase()];

  const heard = [];
  for (const guess of [...guesses, kept?.hash ?? ""]) heard.push(await accept(guess));
  const after = await stateOf(cloud);

  const unknown = { message: "INVITE_UNKNOWN", validationErrors: [] };
  expect(heard.map(({ status, json }) => [status, json])).toEqual(heard.map(() => [400, unknown]));
  expect(after).toEqual(before);
  expect((await accept(token)).status).toBe(200);
});

test("whoever refuses every token of a share that asks for the exchange is never shown its secret", async () => {
  const sharedSecret = "known-to-two-clouds";
  peer.on("/ocm/token", { json: { access_token: "access", token_type: "Bearer", expires_in: 3600 } });
  for (const path of ["/dav/ocm/shut", "/dav/ocm/shut/"]) peer.on(path, { status: 401, json: {} });
  /** What is shown to whoever keeps the files of a share with these requirements, while Bob opens it. */
  const shownFor = async (name: string, requirements: string[]) => {
    await post(signed(offer({ name, ...arm({ uri: "shut", sharedSecret, requirements }) })));
    const share = (await receivedShares(bob)).find((one) => one.name === name);
    await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);
    const answer = await bob.client.send("GET", `/api/files?path=${encodeURIComponent(`/${name}`)}`);
    expect(await answer.body.json()).toMatchObject({ code: "PEER_REFUSED" });
    const asked = peer.requests.filter(({ path }) => path.startsWith("/dav/"));
    peer.requests.length = 0;
    return new Set(asked.map(({ headers }) => headers.authorization));
  };

  expect(await shownFor("Asking", ["must-exchange-token"])).toEqual(new Set(["Bearer access"]));
  expect(await shownFor("Not asking", [])).toContain(`Bearer ${sharedSecret}`);
});

test("what a cloud says it found in its share is shown where it can stand there, and never beside the share", async () => {
  const knows = ["exchange-token", "share-search"];
  const finder = await startPeer({ port: readClouds().peerPorts[58], capabilities: knows });
  const carol = await makeMember(cloud, "Carol");
  try {
    finder.on("/ocm/token", { json: { access_token: "access", token_type: "Bearer", expires_in: 3600 } });
    const providerId = randomUUID();
    const thing = { name: "map.txt", folder: [] as string[], kind: "file", size: 1, snippet: null };
    const item = (changes: object) => ({ ...thing, modifiedAt: "2026-05-01T00:00:00.000Z", ...changes });
    const leading = [{ folder: [".."] }, { folder: ["a", "..", ".."] }, { folder: ["a/b"] }, { name: "../map.txt" }];
    const items = [...leading, { name: "map\u202etxt" }, { folder: ["huts"] }].map(item);
    const results = [
      { providerId, items, isMore: false },
      { providerId: "another", items: [item({})], isMore: false },
    ];
    finder.on("/ocm/search-shares", { json: { results } });
    const toCarol = { address: await addressOf(carol) };
    const exchanged = arm({ requirements: ["must-exchange-token"] });
    await post(signedBy(finder, cloud, "/ocm/shares", offerOf(finder, toCarol, { ...exchanged, providerId })));
    await acceptOffer(carol, "Photos");

    const answer = await carol.client.send("GET", "/api/search/received?q=map");
    const told = (await answer.body.text()).trim().split("\n");

    expect(finder.requestsTo("/ocm/search-shares")).toHaveLength(1);
    const { state, items: found } = JSON.parse(told.at(-1) ?? "");
    expect(state).toBe("searched");
    expect(found).toMatchObject([{ folder: "/Photos/huts", name: "map.txt" }]);
  } finally {
    await finder.stop();
  }
});

test("the files of a person open to nobody else's password, nor to a page elsewhere that uses hers", async () => {
  const carol = await makeMember(cloud, "Carol");
  const eve = await makeMember(cloud, "Eve");
  await putFile(carol, "/diary.txt", "hers");
  await putFile(eve, "/diary.txt", "of another");
  const own = await passwordOf(carol);
  const ask = (authorization: string, more: Partial<Bytes> = {}) =>
    post({
      method: "GET",
      path: `/dav/files/${carol.userName}/diary.txt`,
      ...more,
      headers: { authorization, ...more.headers },
    });
  const elsewhere: Bytes["headers"][] = [{ origin: "https://evil.example.org" }, { "sec-fetch-site": "cross-site" }];

  const hers = await ask(basic(carol.userName, own));
  const others = [
    await ask(basic(eve.userName, await passwordOf(eve))),
    await ask(`Bearer ${await passwordOf(eve)}`),
    await ask(basic(eve.userName, own)),
    await ask(basic(carol.userName, carol.password)),
    await ask(basic(carol.userName, await passwordOf(carol, "shares"))),
    await ask("", { headers: { cookie: carol.client.cookie() } }),
  ];
  const put = (headers: Bytes["headers"]) =>
    ask(basic(carol.userName, own), { method: "PUT", headers, body: "theirs" });
  const written = await Promise.all(elsewhere.map(put));

  expect([hers.status, hers.text]).toEqual([200, "hers"]);
  expect(others.map(({ status }) => status)).toEqual([404, 404, 401, 401, 403, 401]);
  expect(others.map(({ text }) => text).join()).not.toContain("hers");
  expect(written.map(({ status }) => status)).toEqual([403, 403]);
  expect(await textOf(carol, "/diary.txt")).toBe("hers");
});
const basic = (login: string, password: string) => `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`;
const passwordOf = async ({ client, password }: Member, scope = "files") => {
  const asked = { name: "A program", scopes: [scope], password };
  return (await client.json<{ secret: string }>("POST", "/api/account/app-passwords", asked)).secret;
};

test("whoever asks for a signature is answered at its own endPoint alone, whatever else the message names", async () => {
  const canary = await startCanary();
  const signing = await startPeer({ port: readClouds().peerPorts[51], capabilities: ["sign-back"] });
  signing.on("/ocm/signed-back", { json: { proof: "mine" } });
  const challenge = "a challenge of the right length";
  const elsewhere = { provider: new URL(canary.origin).host, endPoint: canary.origin, replyTo: canary.origin };

  const answer = await post(signedBy(signing, cloud, "/ocm/sign-back", { challenge, ...elsewhere }));
  const unsigned = await post({ path: "/ocm/sign-back", body: JSON.stringify({ challenge }) });

  expect([answer.status, answer.json, unsigned.status]).toEqual([200, { status: 200, proof: "mine" }, 401]);
  const asked = signing.requestsTo("/ocm/signed-back").map(({ body }) => JSON.parse(String(body)));
  expect(asked).toEqual([{ challenge }]);
  expect(canary.heard()).toEqual([]);
  await signing.stop();
  canary.stop();
});

test("where unsigned messages are taken of any cloud, none is in the name of one that signs or shows that it can", async () => {
  const { client } = await signInAdmin(cloud);
  const [silent, showing] = [
    await startPeer({ port: readClouds().peerPorts[52] }),
    await startPeer({ port: readClouds().peerPorts[53] }),
  ];
  Object.assign(silent.document, { capabilities: ["notifications"], jwksUri: undefined, tokenEndPoint: undefined });
  silent.on("/ocm/jwks", { status: 404, json: {} });
  const unsigned = (from: FakePeer) => ({
    path: "/ocm/shares",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(offerOf(from, { address })),
  });
  await post(signed(offer({ name: "Signed" })));
  await client.json("POST", "/api/admin/providers", { domain: showing.provider }); // its keys are known from then on
  await client.json("PATCH", "/api/admin/policies", { requiresSignature: false });

  try {
    await expectRefusal(cloud, () => post(unsigned(peer)), { status: 401, reason: "signed-before" });
    await expectRefusal(cloud, () => post(unsigned(showing)), { status: 401, reason: "signs-by-its-document" });
    expect((await post(unsigned(silent))).status).toBe(201);
  } finally {
    await client.json("PATCH", "/api/admin/policies", { requiresSignature: true });
    await client.json("DELETE", `/api/admin/providers/${encodeURIComponent(showing.provider)}`);
    await Promise.all([silent.stop(), showing.stop()]);
  }
});
