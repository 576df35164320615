import { type KeyObject, randomBytes } from "node:crypto";
import { CompactSign } from "jose";
import type { InviteView } from "@/lib/contacts/schema";
import { generateSigningKey, publicJwk } from "@/lib/protocol/httpsig/jwk";
import type { CloudClient } from "@/tests/cloud-client";
import { type FakePeer, startPeer } from "@/tests/peer";
import { stationCanary } from "./canary";
import { type Cloud, expect, playNames, readClouds, test } from "./clouds";
import { makeMember, signInAdmin } from "./people";

// A list of clouds that lies: about who wrote it, about when, and about where the clouds are.
test.describe.configure({ mode: "serial" });

const PATH = "/api/admin/directories";
const privateKey = generateSigningKey();
const key = JSON.stringify(publicJwk(privateKey, "one"));

let cloud: Cloud;
let peer: FakePeer;
let admin: CloudClient;
const canary = stationCanary();

test.beforeAll(async () => {
  const { a, peerPorts } = readClouds();
  cloud = a;
  peer = await startPeer({ port: peerPorts[48] });
  admin = (await signInAdmin(cloud)).client;
});
test.afterEach(async () => {
  const { items } = await admin.json<{ items: { id: string; url: string }[] }>("GET", PATH);
  for (const { id, url } of items) if (url.startsWith(peer.origin)) await admin.json("DELETE", `${PATH}/${id}`);
});
test.afterAll(() => peer.stop());

type Server = { url: string; displayName?: string };
const inSeconds = (hours: number) => Math.floor(Date.now() / 1_000 + hours * 3_600);
const listOf = (servers: unknown[], dates: object = { iat: inSeconds(-1), exp: inSeconds(71) }) =>
  Buffer.from(JSON.stringify({ federation: "Our town", servers, ...dates }));
const sign = (list: Buffer, { alg = "EdDSA", by = privateKey as KeyObject | Uint8Array } = {}) =>
  new CompactSign(list).setProtectedHeader({ alg }).sign(by);
const HALL: Server = { url: "https://hall.example.org", displayName: "The hall" };

/** What an administrator hears who follows what is at that address: the code of the refusal, or the id of what is followed. */
async function follow(url: string, given = key): Promise<string> {
  const body = JSON.stringify({ url, key: given });
  const answer = await admin.send("POST", PATH, { body, headers: { "content-type": "application/json" } });
  const { code, id } = (await answer.body.json()) as { code?: string; id?: string };
  return code ?? id ?? "";
}
async function followed(text: string, given = key): Promise<string> {
  peer.on("/list", { text });
  return follow(`${peer.origin}/list`, given);
}

test("one that nobody signed, that somebody else signed, or that takes the key for a shared secret is not followed", async () => {
  const list = listOf([HALL]);
  const unsigned = [JSON.stringify({ alg: "none" }), list, ""].map((part) => Buffer.from(part).toString("base64url"));
  const confused = await sign(list, { alg: "HS256", by: Buffer.from(key) });
  const raw = await sign(list, { alg: "HS256", by: Buffer.from(JSON.parse(key).x, "base64url") });

  for (const text of [unsigned.join("."), confused, raw, await sign(list, { by: generateSigningKey() })]) {
    expect(await followed(text)).toBe("DIRECTORY_SIGNATURE_INVALID");
  }
  expect(await followed(list.toString())).toBe("DIRECTORY_INVALID");
  expect(await follow(`${peer.origin}/list`, JSON.stringify({ kty: "oct", k: "AAAA" }))).toBe("DIRECTORY_KEY_INVALID");
});

test("one of former days, on which somebody still was, is not read; the list of before goes on", async () => {
  const id = await followed(await sign(listOf([HALL])));
  const evil: Server = { url: "https://evil.example.org" };
  const lies = [
    [
      { iat: inSeconds(-2), exp: inSeconds(70) },
      "The list that is there now is older than the one that was read before.",
    ],
    [{}, "The list that is there now is older than the one that was read before."],
    [{ iat: inSeconds(0), exp: inSeconds(-1) }, "The list says that it counts no more."],
    [{ iat: inSeconds(9), exp: inSeconds(71) }, "The list has a date that is still to come."],
  ] as const;

  for (const [dates, failure] of lies) {
    peer.on("/list", { text: await sign(listOf([HALL, evil], dates)) });
    expect(await admin.json("POST", `${PATH}/${id}/read`)).toMatchObject({ clouds: 1, failure });
  }
});

test("one that is larger than any list is broken off, and one of too many clouds is none", async () => {
  const many = Array.from({ length: 2_001 }, (_, n) => ({ url: `https://c${n}.example.org` }));

  expect(await followed(randomBytes(3_000_000).toString("base64url"))).toBe("PEER_TOO_LARGE");
  expect(await followed(await sign(listOf(many)))).toBe("DIRECTORY_INVALID");
  const padded = listOf([{ ...HALL, padding: "x".repeat(1_000_000) }]);
  expect(await followed(await sign(padded))).toBe("DIRECTORY_INVALID");
});

test("one at a private address, by number or by name, or that points there, is not read and nobody is asked", async () => {
  playNames({ "lists.test": [["127.0.0.1"]] });
  peer.on("/moved", { status: 302, headers: { location: `${canary.origin}/list` } });

  expect(await follow(`http://127.0.0.1:${canary.port}/list`)).toBe("PEER_ADDRESS_REFUSED");
  expect(await follow(`https://127.0.0.1:${canary.port}/list`)).toBe("PEER_ADDRESS_REFUSED");
  expect(await follow(`https://lists.test:${canary.port}/list`)).toBe("PEER_ADDRESS_REFUSED");
  expect(await follow(`https://169.254.169.254/latest/meta-data/`)).toBe("PEER_ADDRESS_REFUSED");
  expect(await follow(`${peer.origin}/moved`)).toBe("PEER_REDIRECTED");
  expect(canary.heard()).toEqual([]);
});

test("one that calls a private address a cloud leads nobody there, and what it writes is text on the page", async ({
  page,
}) => {
  playNames({ "school.test": [["127.0.0.1"]] });
  const markup = "<img src=x onerror=alert(1)>";
  const places = [`127.0.0.1:${canary.port}`, `school.test:${canary.port}`, "169.254.169.254"];
  const servers = [
    ...places.map((place, n) => ({ url: `https://${place}/`, displayName: `${n} \u202e${markup}` })),
    { url: "javascript:alert(1)", displayName: "A script" },
    { url: "file:///etc/passwd", displayName: "A file" },
  ];
  expect(await followed(await sign(listOf(servers)))).toMatch(/^[0-9a-f-]{36}$/);
  const alice = await makeMember(cloud, "Alice");
  const { invitation } = await alice.client.json<InviteView>("POST", "/api/invites", { note: "" });
  await page.goto(invitation?.link ?? "");
  const choice = page.getByRole("list", { name: "Clouds to choose from" });

  await expect(choice.getByText(markup).first()).toBeVisible();
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  expect(await choice.innerText()).not.toMatch(/[\u202a-\u202e]|A script|A file/);
  for (const place of places) {
    await choice.getByRole("button", { name: place }).click();
    await expect(page.getByRole("alert").filter({ hasText: `No cloud answers at ${place}.` })).toBeVisible();
  }
  expect(canary.heard()).toEqual([]);
});
