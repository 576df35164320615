import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { getSite, type Site } from "@/lib/sites/sites";
import { POST as signBackHere } from "@/server/ocm/sign-back";
import { POST as signedBackHere } from "@/server/ocm/signed-back";
import { type Cloud, startCloud } from "@/tests/clouds";
import { makeUser } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";
import { askToSignBack, proofFor } from "./sign-back";

const CHALLENGE = "0123456789abcdef";

describe("another cloud of ours", () => {
  let here: Cloud;
  let there: Cloud;
  beforeEach(async () => {
    [here, there] = [await startCloud(), await startCloud()];
  });
  afterEach(() => Promise.all([here.stop(), there.stop()]));

  it("signs when it is asked to, and when and how it did is known from then on", async () => {
    const outcome = await askToSignBack(here.site, there.site.provider);

    expect(outcome).toEqual({ asked: 200, answered: 200, isBelieved: true });
    const where = { siteId_provider: { siteId: here.site.id, provider: there.site.provider } };
    expect(await db().provider.findUnique({ where })).toMatchObject({
      heardAt: expect.any(Date),
      heardAlgorithm: "ed25519",
      heardKeyid: expect.stringContaining(there.site.provider),
    });
  });

  it("tells that its signature was not believed", async () => {
    await askToSignBack(here.site, there.site.provider);
    // Whoever holds other keys for it believes nothing it signs; it was asked for them just now.
    const where = { siteId: here.site.id, provider: there.site.provider };
    await db().provider.updateMany({ where, data: { keys: [], keysFetchedAt: new Date() } });

    expect(await askToSignBack(here.site, there.site.provider)).toEqual({
      asked: 200,
      answered: 401,
      isBelieved: false,
    });
  });

  it("tells that nothing of what it signed arrived", async () => {
    await askToSignBack(here.site, there.site.provider);
    here.setAway(true);

    expect(await askToSignBack(here.site, there.site.provider)).toMatchObject({ answered: 503, isBelieved: false });
  });
});

describe("whoever asks", () => {
  let peer: FakePeer;
  let site: Site;
  beforeEach(async () => {
    peer = await startPeer({ capabilities: ["sign-back"] });
    site = await getSite((await makeUser()).siteId);
  });
  afterEach(() => peer.stop());

  const ask = (message: object = { challenge: CHALLENGE }) =>
    signBackHere(peer.request(site, "/ocm/sign-back", message));

  it("is answered at its own endPoint alone, whatever else the message names", async () => {
    peer.on("/ocm/signed-back", { json: { proof: "mine" } });

    const response = await ask({
      challenge: CHALLENGE,
      provider: "evil.example.org",
      endPoint: "https://evil.example.org",
    });

    expect(await response.json()).toEqual({ status: 200, proof: "mine" });
    expect(JSON.parse(String(peer.requestsTo("/ocm/signed-back")[0]?.body))).toEqual({ challenge: CHALLENGE });
  });

  it("without a signature gets nothing, and nobody is asked", async () => {
    const headers = { "content-type": "application/json", "x-tessera-site": site.id, "x-tessera-address": "192.0.2.1" };
    const body = JSON.stringify({ challenge: CHALLENGE });
    const response = await signBackHere(
      new Request("http://localhost:3000/ocm/sign-back", { method: "POST", headers, body }),
    );

    expect(response.status).toBe(401);
    expect(peer.requestsTo("/ocm/signed-back")).toHaveLength(0);
  });

  it("too often is refused, and nobody is asked any more", async () => {
    peer.on("/ocm/signed-back", { json: { proof: "mine" } });

    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await ask({ challenge: `${CHALLENGE}${n}` })).status);

    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
    expect(peer.requestsTo("/ocm/signed-back")).toHaveLength(10);
  });

  it("gets a proof for himself and his challenge only", async () => {
    const response = await signedBackHere(peer.request(site, "/ocm/signed-back", { challenge: CHALLENGE }));

    const { proof } = await response.json();
    expect(proof).toBe(proofFor(site, peer.provider, CHALLENGE));
    expect(proof).not.toBe(proofFor(site, "other.example.org", CHALLENGE));
    expect(proof).not.toBe(proofFor(site, peer.provider, `${CHALLENGE}0`));
  });

  it("cannot make up that he was believed", async () => {
    peer.on("/ocm/sign-back", { json: { status: 200, proof: "x".repeat(43) } });

    expect(await askToSignBack(site, peer.provider)).toEqual({ asked: 200, answered: 200, isBelieved: false });
  });
});

it("a cloud that does not know it is not asked", async () => {
  const peer = await startPeer();
  const site = await getSite((await makeUser()).siteId);

  expect(await askToSignBack(site, peer.provider)).toBe(null);
  await peer.stop();
  expect(peer.requestsTo("/ocm/sign-back")).toHaveLength(0);
});
