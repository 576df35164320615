import { generateSigningKey, publicJwk } from "@/lib/protocol/httpsig/jwk";
import type { FakePeer } from "@/tests/peer";
import { stationCanary } from "./canary";
import { type Cloud, expect, playNames, test } from "./clouds";
import { expectRefusal, knock } from "./knock";
import { signInAdmin } from "./people";
import { arm, meetStranger, offerOf, signedBy } from "./stranger";

// Names that another cloud chooses, and to what addresses the name service says that they lead.
test.describe.configure({ mode: "serial" });

/** Public by its form, and of nobody: the way there ends at once. */
const PUBLIC = "2d00::1";

let cloud: Cloud;
let peer: FakePeer;
let address: string;
const canary = stationCanary();

test.beforeAll(async () => {
  ({ peer, cloud, address } = await meetStranger(47));
});
test.afterAll(() => peer.stop());

/** An offer with a signature of somebody at that name, whose keys the cloud has to fetch. */
const offerFrom = (name: string) =>
  signedBy(peer, cloud, "/ocm/shares", offerOf(peer, { address }), { keyid: `${name}:${canary.port}#key-1` });
const isRefused = (name: string, reason = "PEER_ADDRESS_REFUSED") =>
  expectRefusal(cloud, () => knock(cloud, offerFrom(name)), { status: 503, reason });

const PRIVATE = {
  "this machine": "127.0.0.1",
  "this machine, by IPv6": "::1",
  "this machine, mapped": "::ffff:127.0.0.1",
  "this machine, translated": "64:ff9b::7f00:1",
  "any address of this machine": "0.0.0.0",
  "a private network": "10.1.2.3",
  "a private network of IPv6": "fd12:3456::1",
  "what stands beside this machine alone": "169.254.169.254",
  "a network that a carrier shares out": "100.64.0.1",
};
for (const [index, [what, at]] of Object.entries(PRIVATE).entries()) {
  test(`a sender whose name leads to ${what} is refused without a connection`, async () => {
    const name = `private-${index}.test`;
    const asked = playNames({ [name]: [[at]] });

    await isRefused(name);

    expect(asked()[name]).toBeGreaterThan(0);
    expect(canary.heard()).toEqual([]);
  });
}

test("a sender whose name leads to a public and to a private address is refused, whichever stands first", async () => {
  const asked = playNames({ "both.test": [[PUBLIC, "127.0.0.1"]], "other.test": [["127.0.0.1", PUBLIC]] });

  await isRefused("both.test");
  await isRefused("other.test");

  expect(Math.min(...Object.values(asked()))).toBeGreaterThan(0);
  expect(canary.heard()).toEqual([]);
});

test("a name that leads to a public address when it is checked and to a private one when it is used reaches nobody", async () => {
  const { client } = await signInAdmin(cloud);
  const asked = playNames({ "rebound.test": [[PUBLIC], ["127.0.0.1"]] });

  await isRefused("rebound.test", "PEER_UNREACHABLE");
  const once = asked()["rebound.test"];
  const again = await client.send("POST", "/api/admin/providers", {
    body: JSON.stringify({ domain: `rebound.test:${canary.port}` }),
    headers: { "content-type": "application/json" },
  });

  expect(once).toBe(1); // what was checked is what was used
  expect(await again.body.json()).toMatchObject({ code: "PEER_ADDRESS_REFUSED" });
  expect(asked()["rebound.test"]).toBe(2);
  expect(canary.heard()).toEqual([]);
});

test("a name that is allowed to lead into a private network leads to nothing else there, and to this machine never", async () => {
  const { client } = await signInAdmin(cloud);
  const elsewhere = ["10.9.9.9", "127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "fd12::5"];
  for (const [index, at] of elsewhere.entries()) {
    const name = `inside-${index}.test`;
    const asked = playNames({ [name]: [[at]] });
    const path = `/api/admin/providers/${name}%3A${canary.port}`;
    await client.json("POST", "/api/admin/providers", { domain: `${name}:${canary.port}`, standing: "blocked" });
    await client.json("PATCH", path, { privateNetwork: "10.1.2.0/24" });
    await client.json("PATCH", path, { standing: "unlisted" });

    await isRefused(name);

    await client.json("DELETE", path);
    expect(asked()[name]).toBeGreaterThan(0);
    expect(canary.heard()).toEqual([]);
  }
});

test("a name that is allowed to lead into a private network is not asked for in the clear", async () => {
  const { client } = await signInAdmin(cloud);
  const asked = playNames({ "plain.test": [["10.9.9.9"]] });
  const place = `plain.test:${canary.port}`;
  const domain = `/api/admin/providers/${encodeURIComponent(place)}`;
  const ofPeer = `/api/admin/providers/${encodeURIComponent(peer.provider)}`;
  await client.json("POST", "/api/admin/providers", { domain: place, standing: "blocked" });
  await client.json("PATCH", domain, { privateNetwork: "10.1.2.0/24" });
  await client.json("PATCH", domain, { standing: "unlisted" });
  await client.json("POST", "/api/admin/providers", { domain: peer.provider });
  await client.json("PATCH", ofPeer, { webdavHosts: [place] });
  const key = JSON.stringify(publicJwk(generateSigningKey(), "one"));
  const follow = async (url: string) => {
    const body = JSON.stringify({ url, key });
    const headers = { "content-type": "application/json" };
    const answer = await client.send("POST", "/api/admin/directories", { body, headers });
    return ((await answer.body.json()) as { code: string }).code;
  };

  expect(await follow(`http://${place}/list`)).toBe("PEER_ADDRESS_REFUSED");
  const uri = `http://${place}/dav/s1`;
  const send = () => knock(cloud, signedBy(peer, cloud, "/ocm/shares", offerOf(peer, { address }, arm({ uri }))));
  await expectRefusal(cloud, send, { status: 400, reason: "URI_INVALID" });
  expect(asked()["plain.test"]).toBe(0);

  // Over https it is asked for, and led elsewhere than is allowed.
  expect(await follow(`https://${place}/list`)).toBe("PEER_ADDRESS_REFUSED");
  expect(asked()["plain.test"]).toBe(1);
  await client.json("PATCH", ofPeer, { webdavHosts: [] });
  await client.json("DELETE", domain);
  expect(canary.heard()).toEqual([]);
});
