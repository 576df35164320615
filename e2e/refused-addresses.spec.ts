import http from "node:http";
import type { AddressInfo } from "node:net";
import { type FakePeer, startPeer } from "@/tests/peer";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { type Bytes, expectRefusal, knock } from "./knock";
import { type Member, makeMember, receivedShares } from "./people";
import { addressOf, arm, offerOf, signedBy } from "./stranger";

// Addresses that another cloud chooses: in its description of itself, in its offers, in its listings.
test.describe.configure({ mode: "serial" });

let peer: FakePeer;
let cloud: Cloud;
let bob: Member;
let address: string;
/** The cache keeps what a Provider said, so each lie needs a name of its own. */
const FIRST_OTHER = 2;

test.beforeAll(async () => {
  const { a, peerPorts } = readClouds();
  cloud = a;
  peer = await startPeer({ port: peerPorts[1], capabilities: ["exchange-token"] });
  bob = await makeMember(cloud, "Bob");
  address = await addressOf(bob);
});
test.afterAll(() => peer.stop());

const offer = (changes?: object) => offerOf(peer, { address }, changes);
const signed = (message: unknown, options = {}) => signedBy(peer, cloud, "/ocm/shares", message, options);
const post = (bytes: Bytes) => knock(cloud, bytes);

let canary: http.Server;
let canaryOrigin: string;
let reached: string[] = [];

test.beforeAll(async () => {
  canary = http.createServer((request, response) => {
    reached.push(request.url ?? "");
    response.end("{}");
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  canaryOrigin = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
});
test.beforeEach(() => {
  reached = [];
});
test.afterAll(() => canary.close());

const DOCUMENTS: [what: string, spoil: (other: FakePeer) => void, reason: string][] = [
  ["points to a private address", (other) => spoilt(other, { endPoint: `${canaryOrigin}/ocm` }), "authority"],
  ["has its keys at a private address", (other) => spoilt(other, { jwksUri: `${canaryOrigin}/jwks` }), "authority"],
  [
    "gives tokens at another authority",
    (other) => spoilt(other, { tokenEndPoint: "https://other.example.org/token" }),
    "authority",
  ],
  [
    "answers invites at another port of the same host",
    (other) => spoilt(other, { inviteAcceptDialog: canaryOrigin.replace("127.0.0.1", "peer.localhost") }),
    "authority",
  ],
  ["has a name and a password in its address", (other) => spoilt(other, withCredentials(other)), "authority"],
  [
    "redirects",
    (other) => {
      for (const path of ["/.well-known/ocm", "/ocm-provider", "/ocm-provider/"]) {
        other.on(path, { status: 302, headers: { location: `${canaryOrigin}/.well-known/ocm` } });
      }
    },
    "redirected",
  ],
  [
    "has keys that redirect",
    (other) => other.on("/ocm/jwks", { status: 307, headers: { location: `${canaryOrigin}/jwks` } }),
    "redirected",
  ],
  ["is no JSON", (other) => allPaths(other, { text: "<html>" }), "invalid"],
  ["is larger than any description", (other) => allPaths(other, { text: `"${"x".repeat(400_000)}"` }), "large"],
];
const REASONS: Record<string, string> = {
  authority: "PEER_AUTHORITY_REFUSED",
  redirected: "PEER_REDIRECTED",
  invalid: "DISCOVERY_INVALID",
  large: "PEER_TOO_LARGE",
};
const spoilt = (other: FakePeer, changes: object) => void Object.assign(other.document, changes);
const withCredentials = (other: FakePeer) => ({ endPoint: `${other.origin.replace("//", "//a:b@")}/ocm` });
function allPaths(other: FakePeer, reply: { text: string }): void {
  for (const path of ["/.well-known/ocm", "/ocm-provider", "/ocm-provider/"]) other.on(path, reply);
}

for (const [what, spoil, reason] of DOCUMENTS) {
  test(`a sender whose description of itself ${what} cannot be verified: 503, nothing changes, and nobody else is asked`, async () => {
    const other = await startPeer({
      port: readClouds().peerPorts[FIRST_OTHER + DOCUMENTS.findIndex(([one]) => one === what)],
    });
    spoil(other);

    const bytes = signedBy(other, cloud, "/ocm/shares", offerOf(other, { address }));
    const answer = await expectRefusal(cloud, () => post(bytes), { status: 503, reason: REASONS[reason] ?? "" });

    expect(answer.json).toMatchObject({ message: "PEER_UNVERIFIABLE" });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(reached).toEqual([]);
    await other.stop();
  });
}

test("a sender whose name leads to a private address is refused without a request", async () => {
  const { port } = new URL(canaryOrigin);
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `other.localhost:${port}`, "10.0.0.1"];
  for (const name of names) {
    const answer = await post(signed(offer(), { keyid: `${name}#key-1` }));
    expect.soft([503, 401], name).toContain(answer.status);
  }

  expect(reached).toEqual([]);
});

test("an offer that leads to another place reaches nobody when it is opened", async () => {
  const uris = [`${canaryOrigin}/dav/secret`, "http://peer.localhost:1/dav/secret", "../../admin", "//other/x"];
  for (const uri of uris) {
    const name = `Elsewhere ${uris.indexOf(uri)}`;
    const answer = await post(signed(offer({ name, ...arm({ uri }) })));
    if (answer.status !== 201) continue;
    const share = (await receivedShares(bob)).find((one) => one.name === name);
    await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);
    const opened = await bob.client.send("GET", `/api/files?path=${encodeURIComponent(`/${name}`)}`);
    await opened.body.dump();
    expect.soft(opened.statusCode, uri).toBeGreaterThanOrEqual(400);
  }

  expect(reached).toEqual([]);
  expect(peer.requests.map(({ path }) => path).filter((path) => path.includes("admin"))).toEqual([]);
});

test("a listing that points to another place shows nothing of that", async () => {
  const uri = "listing";
  peer.on("/ocm/token", { json: { access_token: "access", token_type: "Bearer", expires_in: 3600 } });
  const listing = multistatus([
    `${peer.origin}/dav/ocm/${uri}/`,
    `/dav/ocm/${uri}/honest.txt`,
    `${canaryOrigin}/dav/ocm/${uri}/stolen.txt`,
    `/dav/ocm/${uri}/../../admin.txt`,
    `/dav/ocm/${uri}/%2e%2e%2fescaped.txt`,
  ]);
  for (const path of [`/dav/ocm/${uri}`, `/dav/ocm/${uri}/`]) {
    peer.on(path, { status: 207, text: listing, headers: { "content-type": "application/xml" } });
  }
  await post(signed(offer({ name: "Listing", ...arm({ uri }) })));
  const share = (await receivedShares(bob)).find(({ name }) => name === "Listing");
  await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);

  const answer = await bob.client.send("GET", "/api/files?path=/Listing");

  const text = await answer.body.text();
  for (const name of ["stolen", "admin", "escaped"]) expect.soft(text).not.toContain(name);
  expect(reached).toEqual([]);
});

function multistatus(hrefs: string[]): string {
  const responses = hrefs.map((href) => {
    const type = href.endsWith("/") ? "<d:collection/>" : "";
    const properties = `<d:resourcetype>${type}</d:resourcetype><d:getetag>"1"</d:getetag><d:getcontentlength>3</d:getcontentlength>`;
    return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
  });
  return `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${responses.join("")}</d:multistatus>`;
}
