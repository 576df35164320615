import fc from "fast-check";
import { anyBytes, anyJson, anyText, SEED, spoilt, textOf } from "@/tests/fuzz/inputs";
import type { FakePeer } from "@/tests/peer";
import { type Cloud, expect, test } from "./clouds";
import { type Answer, type Bytes, followLog, knock } from "./knock";
import { type Member, makeFolder, putFile } from "./people";
import { addressOf, askForToken, meetStranger, offerOf, signedBy } from "./stranger";

// Nonsense of many kinds, the same in every run, sent to the running server: it is refused, and no bug answers.
let peer: FakePeer;
let cloud: Cloud;
let bob: Member;
let authorization: string;

test.beforeAll(async () => {
  ({ peer, cloud, bob } = await meetStranger(41));
  const asked = { name: "A program", scopes: ["files", "shares"], password: bob.password };
  const { secret } = await bob.client.json<{ secret: string }>("POST", "/api/account/app-passwords", asked);
  authorization = `Basic ${Buffer.from(`${bob.userName}:${secret}`).toString("base64")}`;
});
test.afterAll(() => peer.stop());

const sample = <T>(input: fc.Arbitrary<T>, numRuns = 60) => fc.sample(input, { seed: SEED, numRuns });
/** What says that a thing is not supported, or lies elsewhere, is no fault of the server either. */
const isBug = ({ status }: Answer) => status >= 500 && status !== 501 && status !== 502;

/** That none of these is answered by a bug, nor leaves one in the log. */
async function expectNoBug(requests: Bytes[]): Promise<void> {
  const log = followLog(cloud);
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await knock(cloud, request));

  const bugs = requests.filter((_request, index) => isBug(answers[index] as Answer));
  expect(bugs.map(shown), `with the seed ${SEED}`).toEqual([]);
  expect(log().filter(({ msg }) => msg === "unexpected error")).toEqual([]);
  expect((await knock(cloud, { method: "GET", path: "/healthz" })).status).toBe(200);
}
const shown = ({ method, path, headers, body }: Bytes) => ({ method, path, headers, body: String(body) });

/** A header can carry no other signs. */
const fit = (text: string) => text.replace(/[^\x20-\x7e]/g, "").trim();

test("messages of another cloud, signed as they must be", async () => {
  const address = await addressOf(bob);
  const identity = { userID: "u-1", email: "alice@example.org", name: "Alice" };
  const about = { resourceType: "file", providerId: "s1" };
  const messages: [path: string, good: object][] = [
    ["/ocm/shares", offerOf(peer, { address })],
    ["/ocm/notifications", { notificationType: "SHARE_UNSHARED", ...about, notification: { permissions: ["read"] } }],
    ["/ocm/notifications", { notificationType: "SHARE_CHANGE_PERMISSION", ...about, notification: { expiration: 1 } }],
    ["/ocm/invite-accepted", { recipientProvider: peer.provider, token: "t".repeat(20), ...identity, knownAs: ["u"] }],
    ["/ocm/invite-preview", { token: "t".repeat(20) }],
    ["/ocm/invitations", offerOf(peer, { address })],
    ["/ocm/request-share", { owner: address, shareWith: `alice@${peer.provider}`, share: "Photos" }],
  ];

  await expectNoBug(
    messages.flatMap(([path, good]) =>
      sample(fc.oneof({ weight: 3, arbitrary: spoilt(good) }, { weight: 1, arbitrary: anyJson })).map((message) =>
        signedBy(peer, cloud, path, JSON.stringify(message)),
      ),
    ),
  );
});

test("forms of another cloud, signed as they must be", async () => {
  const form = textOf(
    "grant_type=authorization_code",
    "client_id=",
    peer.provider,
    "code=",
    "&",
    "%00",
    "%FF",
    "=",
    "x",
  );
  const options = { contentType: "application/x-www-form-urlencoded" };

  await expectNoBug(sample(form).map((text) => signedBy(peer, cloud, "/ocm/token", text, options)));
});

test("bytes and signatures of nobody", async () => {
  const field = textOf(
    'ocm=("@method" "@target-uri")',
    ";created=1",
    ';keyid="',
    peer.provider,
    '"',
    ":aGk=:",
    ",",
    ";",
  );
  const headers = fc.record({ "signature-input": field, signature: field, "content-digest": field, digest: field });
  const paths = fc.constantFrom("/ocm/shares", "/ocm/notifications", "/ocm/invite-accepted", "/ocm/token");

  await expectNoBug(
    sample(fc.tuple(paths, headers, anyBytes), 150).map(([path, given, body]) => {
      const fields = Object.entries(given).map(([name, text]) => [name, fit(text)]);
      const length = { "content-type": "application/json", "content-length": String(body.length) };
      return { path, headers: { ...length, ...Object.fromEntries(fields) }, body: Buffer.from(body) };
    }),
  );
});

test("WebDAV of somebody to whom a folder is open", async () => {
  await makeFolder(bob, "/Given");
  await putFile(bob, "/Given/a.txt", "one");
  const { id: nodeId } = await bob.client.json<{ id: string }>("GET", "/api/files/entry?path=/Given");
  peer.on("/ocm/shares", { status: 201, json: {} });
  const recipient = { kind: "address", address: `alice@${peer.provider}` };
  const share = { nodeId, recipient, role: "editor" };
  const { id } = await bob.client.json<{ id: string }>("POST", "/api/shares/sent", share);
  await expect.poll(() => peer.requestsTo("/ocm/shares").length).toBe(1);
  const { sharedSecret } = JSON.parse(String(peer.requestsTo("/ocm/shares")[0]?.body)).protocol.webdav;
  const { access_token } = (await askForToken(peer, cloud, sharedSecret)).json as { access_token: string };

  const word = textOf(
    "0",
    "1",
    "infinity",
    "T",
    "*",
    '"e"',
    "W/",
    "bytes=0-",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "Not ",
    "/dav/",
  );
  const names = fc.constantFrom(
    "if",
    "depth",
    "destination",
    "overwrite",
    "range",
    "if-match",
    "if-none-match",
    "if-range",
  );
  const markup = textOf(
    '<?xml version="1.0"?>',
    '<d:propfind xmlns:d="DAV:">',
    "<d:prop>",
    "<d:allprop/>",
    "</d:prop>",
    "</d:propfind>",
    "<!DOCTYPE a>",
    "&x;",
  );
  const methods = fc.constantFrom(
    "PROPFIND",
    "PROPPATCH",
    "GET",
    "PUT",
    "MKCOL",
    "MOVE",
    "COPY",
    "DELETE",
    "LOCK",
    "REPORT",
  );
  const below = textOf("/", "a.txt", "..", "%2e", "%2f", "%00", "%ff", "new", ";", "~").map((text) =>
    encodeURI(fit(text)),
  );

  await expectNoBug(
    sample(fc.tuple(methods, below, fc.dictionary(names, word), markup), 300).map(([method, path, given, body]) => {
      const fields = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, fit(text)]));
      const headers = { authorization: `Bearer ${access_token}`, "content-length": String(Buffer.byteLength(body)) };
      return { method, path: `/dav/ocm/${id}/${path}`, headers: { ...fields, ...headers }, body };
    }),
  );
});

test("what programs send, and what stands in an address", async () => {
  const value = fc.oneof(anyText, textOf("/", "a.txt", "%00", "\0", "6", "31", "2030-12-31", "-1", "1e999", "viewer"));
  const fields = fc.dictionary(
    fc.constantFrom("path", "shareType", "shareWith", "permissions", "expireDate", "after"),
    value,
  );
  const ocs = "/ocs/v2.php/apps/files_sharing/api/v1/shares";
  const places = fc.constantFrom(
    "/api/files",
    "/api/files/entry",
    "/api/shares/sent",
    ocs,
    "/content/files",
    "/sciencemesh/list-providers",
  );
  const reads = sample(fc.tuple(places, fields), 150).map(([path, given]) => {
    return { method: "GET", path: `${path}?${new URLSearchParams(given)}`, headers: { authorization } };
  });
  const writes = sample(
    fc.tuple(fc.constantFrom(ocs, "/sciencemesh/accept-invite", "/sciencemesh/create-share"), fields),
    90,
  ).map(([path, given]) => {
    const body = `${new URLSearchParams(given)}`;
    const type = { "content-type": "application/x-www-form-urlencoded", "content-length": String(body.length) };
    return { method: "POST", path, headers: { authorization, ...type }, body };
  });

  await expectNoBug([...reads, ...writes]);
});
