import { type FakePeer, startPeer } from "@/tests/peer";
import { stationCanary } from "./canary";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { type Bytes, expectRefusal, knock } from "./knock";
import { type Member, makeFolder, namesIn, receivedShares, type SentShare, sentShares, signInAdmin } from "./people";
import { arm, meetStranger, offerOf, signedBy } from "./stranger";

// Addresses that another cloud chooses: in its description of itself, in its offers, in its listings.
test.describe.configure({ mode: "serial" });

let peer: FakePeer;
let cloud: Cloud;
let bob: Member;
let address: string;
/** The cache keeps what a Provider said, so each lie needs a name of its own. */
const FIRST_OTHER = 2;

test.beforeAll(async () => {
  ({ peer, cloud, bob, address } = await meetStranger(1));
});
test.afterAll(() => peer.stop());

const offer = (changes?: object) => offerOf(peer, { address }, changes);
const signed = (message: unknown, options = {}) => signedBy(peer, cloud, "/ocm/shares", message, options);
const post = (bytes: Bytes) => knock(cloud, bytes);

const canary = stationCanary();

const DOCUMENTS: [what: string, spoil: (other: FakePeer) => void, reason: string][] = [
  ["points to a private address", (other) => spoilt(other, { endPoint: `${canary.origin}/ocm` }), "authority"],
  ["has its keys at a private address", (other) => spoilt(other, { jwksUri: `${canary.origin}/jwks` }), "authority"],
  [
    "gives tokens at another authority",
    (other) => spoilt(other, { tokenEndPoint: "https://other.example.org/token" }),
    "authority",
  ],
  [
    "answers invites at another port of the same host",
    (other) => spoilt(other, { inviteAcceptDialog: canary.origin.replace("127.0.0.1", "peer.localhost") }),
    "authority",
  ],
  [
    "keeps its files at another authority",
    (other) => {
      for (const { protocols } of other.document.resourceTypes) protocols.webdav = `${canary.origin}/dav/`;
    },
    "authority",
  ],
  ["has a name and a password in its address", (other) => spoilt(other, withCredentials(other)), "authority"],
  [
    "redirects",
    (other) => {
      for (const path of ["/.well-known/ocm", "/ocm-provider", "/ocm-provider/"]) {
        other.on(path, { status: 302, headers: { location: `${canary.origin}/.well-known/ocm` } });
      }
    },
    "redirected",
  ],
  [
    "has keys that redirect",
    (other) => other.on("/ocm/jwks", { status: 307, headers: { location: `${canary.origin}/jwks` } }),
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
    expect(canary.heard()).toEqual([]);
    await other.stop();
  });
}

test("a sender whose name leads to a private address is refused without a request", async () => {
  const { port } = new URL(canary.origin);
  const names = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `other.localhost:${port}`, "10.0.0.1"];
  for (const name of names) {
    const send = () => post(signed(offer(), { keyid: `${name}#key-1` }));
    const answer = await expectRefusal(cloud, send, { status: 503, reason: "PEER_ADDRESS_REFUSED" });
    expect.soft(answer.json, name).toMatchObject({ message: "PEER_UNVERIFIABLE" });
  }

  expect(canary.heard()).toEqual([]);
});

test("an offer that leads to another place is refused", async () => {
  const uris = [`${canary.origin}/dav/secret`, "http://peer.localhost:1/dav/secret", "../../admin", "a/../../../admin"];
  for (const uri of uris) {
    const send = () => post(signed(offer(arm({ uri }))));
    const answer = await expectRefusal(cloud, send, { status: 400, reason: "URI_INVALID" });
    const field = { name: "protocol.webdav.uri", message: "It lies at no host that may hold what your cloud shares." };
    expect.soft(answer.json, uri).toEqual({ message: "URI_INVALID", validationErrors: [field] });
  }

  expect(canary.heard()).toEqual([]);
});

test("beside its own host a cloud keeps its files at the very one that was named for it, and at none that holds that name", async () => {
  const { client } = await signInAdmin(cloud);
  const admin = (webdavHosts: string[]) =>
    client.json("PATCH", `/api/admin/providers/${encodeURIComponent(peer.provider)}`, { webdavHosts });
  const { host } = new URL(canary.origin);
  await admin(["files.example.org", host]);
  const refused = [
    "https://files.example.org.evil.example/s1",
    "https://my-files.example.org/s1",
    "https://sub.files.example.org/s1",
    "https://files.example.org:8443/s1",
    "http://files.example.org/s1",
    `https://files.example.org@${host}/s1`,
    `http://${host}/files.example.org`,
  ];
  for (const uri of refused) {
    const send = () => post(signed(offer(arm({ uri }))));
    await expectRefusal(cloud, send, { status: 400, reason: "URI_INVALID" });
  }
  expect((await post(signed(offer(arm({ uri: "https://files.example.org/s1" }))))).status).toBe(201);

  // Whoever is named is reached at public addresses only, as everybody else.
  giveTokens();
  await offerAccepted("Named", `https://${host}/dav/secret`);
  expect(await refusalOfOpening("Named")).toEqual({ status: 502, code: "PEER_ADDRESS_REFUSED" });
  await admin([]);
  expect(canary.heard()).toEqual([]);
});

/** Offers something to Bob, who accepts. */
async function offerAccepted(name: string, uri: string): Promise<void> {
  await post(signed(offer({ name, ...arm({ uri }) })));
  const share = (await receivedShares(bob)).find((one) => one.name === name);
  await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);
}

/** What Bob hears who opens it. */
async function refusalOfOpening(name: string): Promise<{ status: number; code: string }> {
  const answer = await bob.client.send("GET", `/api/files?path=${encodeURIComponent(`/${name}`)}`);
  const { code } = (await answer.body.json()) as { code: string };
  return { status: answer.statusCode, code };
}

const giveTokens = () =>
  peer.on("/ocm/token", { json: { access_token: "access", token_type: "Bearer", expires_in: 3600 } });
const elsewhere = (path: string) => ({ status: 307, headers: { location: canary.origin + path }, json: {} });

test("an address that looks like that of another host is a path at the sender’s own", async () => {
  giveTokens();
  const { host } = new URL(canary.origin);
  await offerAccepted("Two slashes", `//${host}/x`);

  expect(await refusalOfOpening("Two slashes")).toEqual({ status: 502, code: "PEER_SHARE_GONE" });

  const asked = peer.requests.filter(({ method }) => method === "PROPFIND").map(({ path }) => path.replace(/\/$/, ""));
  expect(new Set(asked)).toEqual(new Set([`/dav/ocm/${host}/x`]));
  expect(canary.heard()).toEqual([]);
});

test("a token endpoint that points to another place is not followed there, and the secret stays here", async () => {
  peer.on("/ocm/token", elsewhere("/token"));
  await offerAccepted("No token", "no-token");

  expect(await refusalOfOpening("No token")).toEqual({ status: 502, code: "PEER_REDIRECTED" });

  expect(canary.heard()).toEqual([]);
});

test("files that point to another place are not followed there", async () => {
  giveTokens();
  await offerAccepted("Moved", "moved");
  for (const path of ["/dav/ocm/moved", "/dav/ocm/moved/"]) peer.on(path, elsewhere("/dav/secret"));

  expect(await refusalOfOpening("Moved")).toEqual({ status: 502, code: "PEER_REDIRECTED" });

  expect(canary.heard()).toEqual([]);
});

test("an offer of ours is told to nobody to whom the other cloud points", async () => {
  peer.on("/ocm/shares", elsewhere("/ocm/shares"));
  const { id: nodeId } = await makeFolder(bob, "/Ours");
  const recipient = { kind: "address", address: `alice@${peer.provider}` };
  const { id } = await bob.client.json<SentShare>("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });

  const failure = async () => (await sentShares(bob)).find((share) => share.id === id)?.untold?.failure;
  await expect.poll(failure).toBe("The other cloud pointed to another address.");
  expect(peer.requestsTo("/ocm/shares")).not.toEqual([]);
  expect(canary.heard()).toEqual([]);
});

test("a listing that points to another place shows what is honest, and nothing of that", async () => {
  giveTokens();
  const listing = multistatus([
    `${peer.origin}/dav/ocm/listing/`,
    "/dav/ocm/listing/honest.txt",
    `${canary.origin}/dav/ocm/listing/stolen.txt`,
    "/dav/ocm/listing/../../admin.txt",
    "/dav/ocm/listing/%2e%2e%2fescaped.txt",
  ]);
  for (const path of ["/dav/ocm/listing", "/dav/ocm/listing/"]) {
    peer.on(path, { status: 207, text: listing, headers: { "content-type": "application/xml" } });
  }
  await offerAccepted("Listing", "listing");

  expect(await namesIn(bob, "/Listing")).toEqual(["honest.txt"]);

  expect(canary.heard()).toEqual([]);
});

function multistatus(hrefs: string[]): string {
  const responses = hrefs.map((href) => {
    const type = href.endsWith("/") ? "<d:collection/>" : "";
    const properties = `<d:resourcetype>${type}</d:resourcetype><d:getetag>"1"</d:getetag><d:getcontentlength>3</d:getcontentlength>`;
    return `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
  });
  return `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">${responses.join("")}</d:multistatus>`;
}
