import { type CloudClient, visit } from "@/tests/cloud-client";
import { type FakePeer, startPeer } from "@/tests/peer";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { type Answer, expectRefusal, knock, queryRows } from "./knock";
import { type Member, makeMember, namesIn, setUpFresh } from "./people";
import { offerOf, signedBy } from "./stranger";

// Too much of a good thing, where limits are on. The database counts, so it is told that most has been sent already.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let peer: FakePeer;
let alice: Member;

test.beforeAll(async () => {
  const { fresh, peerPorts } = readClouds();
  cloud = fresh;
  await setUpFresh();
  peer = await startPeer({ port: peerPorts[28] });
  alice = await makeMember(cloud, "Alice");
});
test.afterEach(() => queryRows(cloud, `DELETE FROM "RateCount"`));
test.afterAll(() => peer.stop());

/** As if so many had come in the minute that begins now. */
async function alreadyCame(key: string, count: number): Promise<void> {
  const site = await queryRows<{ id: string }>(cloud, `SELECT id FROM "Site"`);
  await queryRows(
    cloud,
    `INSERT INTO "RateCount" ("siteId", "key", "windowStart", "count") VALUES ($1, $2, now(), $3)
      ON CONFLICT ("siteId", "key") DO UPDATE SET "windowStart" = now(), "count" = $3`,
    [site[0]?.id, key, count],
  );
}

const offer = (changes?: object) =>
  signedBy(peer, cloud, "/ocm/shares", offerOf(peer, { address: `nobody@${cloud.provider}` }, changes));

async function idOf({ userName }: Member): Promise<string> {
  const rows = await queryRows<{ id: string }>(cloud, `SELECT id FROM "User" WHERE "userName" = $1`, [userName]);
  return rows[0]?.id ?? "";
}

async function post(client: CloudClient, path: string, message: object) {
  const headers = { "content-type": "application/json" };
  const answer = await client.send("POST", path, { body: JSON.stringify(message), headers });
  return { status: answer.statusCode, headers: answer.headers, json: (await answer.body.json()) as object };
}

function expectPatience({ headers }: Answer): void {
  const seconds = Number(headers["retry-after"]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
}

test("an address is heard 300 times a minute by the OCM API, whatever it sends", async () => {
  await alreadyCame("ocm:address:127.0.0.1", 299);
  const last = await knock(cloud, { path: "/ocm/shares", body: "{}" });

  const answer = await expectRefusal(cloud, () => knock(cloud, offer()), { status: 429, reason: "TOO_MANY_REQUESTS" });

  expect(last.status).toBe(401);
  expect(answer.json).toEqual({ message: "TOO_MANY_REQUESTS", validationErrors: [] });
  expectPatience(answer);
});

test("a cloud is heard 600 times a minute, from however many addresses", async () => {
  await alreadyCame(`ocm:peer:${peer.provider}`, 599);
  const last = await knock(cloud, offer());

  const answer = await expectRefusal(cloud, () => knock(cloud, offer()), { status: 429, reason: "TOO_MANY_REQUESTS" });

  expect(last.json).toMatchObject({ message: "SHARE_WITH_UNKNOWN" });
  expect(answer.json).toEqual({ message: "TOO_MANY_REQUESTS", validationErrors: [] });
  expectPatience(answer);
});

test("a cloud that asks for tokens too often is told to come back, not that its secret is wrong", async () => {
  await alreadyCame(`ocm:peer:${peer.provider}`, 600);
  const form = new URLSearchParams({ grant_type: "authorization_code", client_id: peer.provider, code: "guess" });
  const options = { contentType: "application/x-www-form-urlencoded" };
  const send = () => knock(cloud, signedBy(peer, cloud, "/ocm/token", form.toString(), options));

  const answer = await expectRefusal(cloud, send, { status: 429, reason: "TOO_MANY_REQUESTS" });

  expect(answer.json).toMatchObject({ error: "temporarily_unavailable" });
  expectPatience(answer);
});

test("a cloud tries 60 invented names an hour", async () => {
  await alreadyCame(`strange-shares:${peer.provider}`, 59);
  const last = await knock(cloud, offer());

  const answer = await expectRefusal(cloud, () => knock(cloud, offer()), { status: 429, reason: "TOO_MANY_REQUESTS" });

  expect(last.json).toMatchObject({ message: "SHARE_WITH_UNKNOWN" });
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(60);
});

test("one person of a cloud tries 20 invented names an hour, and the others there are heard", async () => {
  for (let n = 0; n < 20; n++) await knock(cloud, offer());
  const carol = `carol@${peer.provider}`;

  await expectRefusal(cloud, () => knock(cloud, offer()), { status: 429, reason: "TOO_MANY_REQUESTS" });

  expect((await knock(cloud, offer({ sender: carol, owner: carol }))).json).toMatchObject({
    message: "SHARE_WITH_UNKNOWN",
  });
});

test("the words of invites are guessed 300 times an hour, by all clouds together", async () => {
  await alreadyCame("invite-words", 299);
  const guess = () =>
    knock(cloud, signedBy(peer, cloud, "/ocm/invite-words", { words: "river maple ability able about" }));
  const last = await guess();

  const answer = await expectRefusal(cloud, guess, { status: 429, reason: "TOO_MANY_REQUESTS" });

  expect(last).toMatchObject({ status: 404, json: { message: "INVITE_WORDS_UNKNOWN" } });
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(60);
});

test("a cloud has ten messages signed for it in ten minutes, and all clouds together sixty", async () => {
  peer.on("/ocm/signed-back", { json: { proof: "mine" } });
  const challenge = "a challenge of the right length";
  const ask = () => knock(cloud, signedBy(peer, cloud, "/ocm/sign-back", { challenge }));
  for (const [key, count] of [
    [`sign-back:peer:${peer.provider}`, 9],
    ["sign-back", 59],
  ] as const) {
    await queryRows(cloud, `DELETE FROM "RateCount"`);
    await alreadyCame(key, count);
    peer.requests.length = 0;
    const last = await ask();

    const answer = await expectRefusal(cloud, ask, { status: 429, reason: "TOO_MANY_REQUESTS" });

    expect(last).toMatchObject({ status: 200, json: { status: 200, proof: "mine" } });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(60);
    expect(peer.requestsTo("/ocm/signed-back")).toHaveLength(1); // nobody is asked for the refused one
  }
});

test("a person tries twenty codes of waiting programs in ten minutes, and lets none in after that", async () => {
  const program = visit(cloud.origin);
  const asked = { program: "tessera", host: "laptop", scopes: ["files"] };
  const begun = await program.json<{ userCode: string; deviceCode: string }>("POST", "/api/device-logins", asked);
  const { userCode, deviceCode } = begun;
  await alreadyCame(`device-code:user:${await idOf(alice)}`, 19);
  const last = await post(alice.client, "/api/device-logins/look-up", { userCode: "AAAA-AAAA" });

  const looked = await post(alice.client, "/api/device-logins/look-up", { userCode });
  const yes = { userCode, isAllowed: true, password: alice.password };
  const answered = await post(alice.client, "/api/device-logins/answer", yes);

  expect(last).toMatchObject({ status: 404, json: { code: "DEVICE_CODE_UNKNOWN" } });
  for (const { status, json } of [looked, answered]) {
    expect(status).toBe(429);
    expect(json).toMatchObject({ code: "TOO_MANY_REQUESTS", detail: expect.stringMatching(/^Too many tries\./) });
  }
  const wait = await post(program, "/api/device-logins/poll", { deviceCode });
  expect(wait.json).toMatchObject({ code: "AUTHORIZATION_PENDING" });
});

test("a person changes 1,000 things a minute, and reads on", async () => {
  await alreadyCame(`write:user:${await idOf(alice)}`, 999);
  const make = (path: string) => post(alice.client, "/api/files/folders", { path });
  const last = await make("/Thousandth");

  const { status, headers, json } = await make("/One more");

  expect(last.status).toBe(201);
  expect(status).toBe(429);
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(json).toMatchObject({
    code: "TOO_MANY_REQUESTS",
    detail: expect.stringMatching(/^Too many tries\. Try again in \d+ seconds?\.$/),
    retryAfter: Number(headers["retry-after"]),
  });
  expect(await namesIn(alice, "/")).toEqual(["Thousandth"]);
});
