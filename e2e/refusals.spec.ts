import { randomUUID } from "node:crypto";
import type { FakePeer, SignOptions } from "@/tests/peer";
import { type Cloud, expect, test } from "./clouds";
import { type Bytes, expectRefusal, knock, queryRows, stateOf } from "./knock";
import { type Member, receivedShares } from "./people";
import { arm, meetStranger, offerOf, type Signed, signedBy } from "./stranger";

// The real bytes of another cloud, sent to the real server: what is refused, in which words, and that nothing changes.
test.describe.configure({ mode: "serial" });

let peer: FakePeer;
let cloud: Cloud;
let bob: Member;
let address: string;

test.beforeAll(async () => {
  ({ peer, cloud, bob, address } = await meetStranger(0));
});
test.afterAll(() => peer.stop());

const offer = (changes?: object) => offerOf(peer, { address }, changes);
const signed = (message: unknown, options: SignOptions = {}, path = "/ocm/shares") =>
  signedBy(peer, cloud, path, message, options);
const acceptance = (changes: object) => ({
  recipientProvider: peer.provider,
  token: "some-token-0123456789",
  userID: "alice",
  email: "alice@example.org",
  name: "Alice",
  ...changes,
});
const post = (bytes: Bytes) => knock(cloud, bytes);
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const without = (bytes: Signed, ...names: string[]): Signed => ({
  ...bytes,
  headers: Object.fromEntries(Object.entries(bytes.headers).filter(([name]) => !names.includes(name))),
});
/** One byte of the body is another one; its length stays. */
const altered = (bytes: Signed): Signed => ({ ...bytes, body: String(bytes.body).replace("Photos", "Photoz") });

/** All is as it was signed, but the signature is one of another message. */
function otherwiseSigned(): Signed {
  const bytes = signed(offer());
  const { signature = "" } = signed(offer()).headers;
  return { ...bytes, headers: { ...bytes.headers, signature } };
}

function signedTwice(): Signed {
  const bytes = signed(offer());
  const again = (name: "signature" | "signature-input") => {
    const value = bytes.headers[name] ?? "";
    return `${value}, ${value.replace(/^ocm=/, "second=")}`;
  };
  const headers = { ...bytes.headers, signature: again("signature"), "signature-input": again("signature-input") };
  return { ...bytes, headers };
}

test("an offer that is as it should be is taken, so what follows is refused for what is wrong with it", async () => {
  const answer = await post(signed(offer({ name: "Good" })));

  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject({ recipientDisplayName: "Bob" });
  expect((await receivedShares(bob)).map(({ name }) => name)).toEqual(["Good"]);
});

type Case = [what: string, bytes: () => Bytes, status: number, message: string, reason?: string];
const NOT_SIGNED = "SIGNATURE_INVALID";

const BODIES: Case[] = [
  ["a body over 64 kB", () => signed(offer({ description: "x".repeat(66_000) })), 413, "BODY_TOO_LARGE"],
  [
    "a body over 64 kB that does not say its length",
    () => ({ ...without(signed(offer({ description: "x".repeat(66_000) })), "content-length"), isChunked: true }),
    413,
    "BODY_TOO_LARGE",
  ],
  ["JSON deeper than 16 levels", () => signed(deep(17)), 400, "JSON_TOO_DEEP"],
  ["what is no JSON", () => signed("{"), 400, "JSON_INVALID"],
  ["bytes that are no UTF-8", () => signed(Buffer.from([0x22, 0xff, 0x22])), 400, "JSON_INVALID"],
  ["a number for a name", () => signed(offer({ name: 7 })), 400, "VALIDATION_FAILED"],
  ["a list for a message", () => signed([]), 400, "VALIDATION_FAILED"],
  ["null for a protocol", () => signed(offer({ protocol: null })), 400, "VALIDATION_FAILED"],
  ["a date in words", () => signed(offer({ expiration: "tomorrow" })), 400, "VALIDATION_FAILED"],
  ["a name with a path in it", () => signed(offer({ name: "../Photos" })), 400, "VALIDATION_FAILED"],
  ["a name with a control character", () => signed(offer({ name: "Pho\u0007tos" })), 400, "VALIDATION_FAILED"],
  ["an unknown requirement", () => signed(offer(arm({ requirements: ["must-dance"] }))), 400, "VALIDATION_FAILED"],
  ["a shareWith of another host", () => signed(offer({ shareWith: "bob@b.example.org" })), 400, "SHARE_WITH_UNKNOWN"],
  ["a sender who is not the signer", () => signed(offer({ sender: "alice@b.example.org" })), 403, "SENDER_NOT_SIGNER"],
  ["an owner who is not the signer", () => signed(offer({ owner: "alice@b.example.org" })), 403, "SENDER_NOT_SIGNER"],
  [
    "a uri that leads off the sender’s cloud",
    () => signed(offer(arm({ uri: "https://b.example.org/dav/1" }))),
    400,
    "URI_INVALID",
  ],
  [
    "an invite accepted in the name of another cloud",
    () => signed(acceptance({ recipientProvider: "b.example.org" }), {}, "/ocm/invite-accepted"),
    403,
    "SIGNER_MISMATCH",
  ],
  [
    "an invite that nobody made, accepted with a form at the address of earlier drafts",
    () => {
      const form = new URLSearchParams(acceptance({}) as Record<string, string>).toString();
      return signed(form, { contentType: "application/x-www-form-urlencoded" }, "/ocm/invites/accept");
    },
    400,
    "INVITE_UNKNOWN",
  ],
  ["a calendar", () => signed(offer({ resourceType: "calendar" })), 501, "RESOURCE_TYPE_UNSUPPORTED"],
  ["a query in the address", () => signed(offer(), {}, "/ocm/shares?a=1"), 400, "QUERY_REFUSED"],
];

const SIGNATURES: Case[] = [
  [
    "no signature",
    () => without(signed(offer()), "signature", "signature-input"),
    401,
    NOT_SIGNED,
    "signature-missing",
  ],
  ["a digest that does not match", () => altered(signed(offer())), 401, NOT_SIGNED, "digest-mismatch"],
  ["a signature of something else", otherwiseSigned, 401, NOT_SIGNED, "signature-wrong"],
  ["a signature of long ago", () => signed(offer(), { created: inSeconds(-900) }), 401, NOT_SIGNED, "created-stale"],
  ["a signature of the future", () => signed(offer(), { created: inSeconds(900) }), 401, NOT_SIGNED, "created-future"],
  ["two OCM signatures", signedTwice, 401, NOT_SIGNED, "signature-ambiguous"],
  [
    "a signature that leaves the body out",
    () => signed(offer(), { components: ["@method", "@target-uri", "content-length"] }),
    401,
    NOT_SIGNED,
    "component-missing",
  ],
  [
    "a signature for another address",
    () => ({ ...signed(offer(), {}, "/ocm/notifications"), path: "/ocm/shares" }),
    401,
    NOT_SIGNED,
    "signature-wrong",
  ],
  ["a key nobody has", () => signed(offer(), { keyid: `${peer.provider}#other` }), 401, NOT_SIGNED, "key-unknown"],
  [
    "our own name under it",
    () => signed(offer(), { keyid: `${cloud.provider}#key-1` }),
    401,
    NOT_SIGNED,
    "signed-as-ourselves",
  ],
];

for (const [what, bytes, status, message, reason = message] of [...BODIES, ...SIGNATURES]) {
  test(`refused: ${what}`, async () => {
    const sent = bytes();

    const answer = await expectRefusal(cloud, () => post(sent), { status, reason });

    expect(answer.json).toMatchObject({ message, validationErrors: expect.any(Array) });
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  });
}

test("what is wrong in a form is said field by field", async () => {
  const answer = await post(signed(offer({ shareWith: 7, protocol: { webdav: { uri: "x" } } })));

  const { validationErrors } = answer.json as { validationErrors: { name: string; message: string }[] };
  expect(validationErrors.map(({ name }) => name)).toEqual(["shareWith", "protocol.webdav.sharedSecret"]);
});

test("a request that is sent a second time is refused", async () => {
  const bytes = signed(offer({ name: "Once" }));
  const first = await post(bytes);

  const answer = await expectRefusal(cloud, () => post(bytes), { status: 401, reason: "nonce-repeated" });

  expect(first.status).toBe(201);
  expect(answer.json).toMatchObject({ message: NOT_SIGNED });
});

test("a nonce that comes again with something else is refused", async () => {
  const nonce = randomUUID();
  await post(signed(offer({ name: "First" }), { nonce }));

  await expectRefusal(cloud, () => post(signed(offer({ name: "Second" }), { nonce })), {
    status: 401,
    reason: "nonce-repeated",
  });
});

test("an honest repetition without a nonce gets the first answer again and changes nothing", async () => {
  const bytes = signed(offer({ name: "Again" }), { nonce: null });
  const first = await post(bytes);
  const before = await stateOf(cloud);

  const second = await post(bytes);

  expect([second.status, second.text]).toEqual([first.status, first.text]);
  expect(await stateOf(cloud)).toEqual(before);
});

test("no secret that was sent here rests readable", async () => {
  const rows = await queryRows<{ text: string }>(cloud, `SELECT to_jsonb(t)::text AS text FROM "ReceivedShare" t`);

  expect(rows.length).toBeGreaterThan(0);
  for (const { text } of rows) expect(text).not.toContain("a-secret");
});
