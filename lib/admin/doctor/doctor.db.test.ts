import { afterEach, beforeEach, expect, it } from "vitest";
import { GET } from "@/app/api/admin/doctor/route";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { setOwnListener } from "@/lib/sites/own-listener";
import { type Cloud, startCloud } from "@/tests/clouds";
import { makeSite, makeUser, requestOf } from "@/tests/make";
import { type FakePeer, startPeer } from "@/tests/peer";
import { type DoctorStep, reportText, type StepId, verdictOf } from "./schema";

let admin: UserPrincipal;
let peer: FakePeer;
beforeEach(async () => {
  admin = await makeUser({ isAdmin: true });
  peer = await startPeer();
});
afterEach(() => peer.stop());

/** What the administrator is shown, step by step. */
async function check(domain: string): Promise<Record<StepId, DoctorStep>> {
  const response = await GET(await requestOf(admin, `/api/admin/doctor?domain=${encodeURIComponent(domain)}`));
  const steps = (await response.text())
    .trim()
    .split("\n")
    .map((line): DoctorStep => JSON.parse(line));
  return Object.fromEntries(steps.map((step) => [step.id, step])) as Record<StepId, DoctorStep>;
}
const statesOf = (steps: Record<StepId, DoctorStep>) =>
  Object.fromEntries(Object.entries(steps).map(([id, { state }]) => [id, state]));

it("finds that two clouds of ours understand each other, with plain http as the one doubt", async () => {
  const cloud: Cloud = await startCloud();
  const other: Cloud = await startCloud();
  admin = await makeUser({ site: other.site, isAdmin: true });

  const steps = await check(`someone@${cloud.site.provider}`);

  const { connection, ...others } = statesOf(steps);
  expect(connection).toBe("warning");
  expect(new Set(Object.values(others))).toEqual(new Set(["ok"]));
  expect(steps.signature.seen[0]).toContain("INVITE_UNKNOWN");
  expect(steps.theirSignature.seen).toEqual([
    "It signed a message to this cloud.",
    expect.stringMatching(/^Last signed at .* with ed25519, key peer\.localhost/),
  ]);
  expect(steps.token.seen[0]).toContain("invalid_grant");
  expect(steps.webdav.seen[0]).toContain("401");
  expect(verdictOf(Object.values(steps))).toBe("It works, with something to look at.");
  await Promise.all([cloud.stop(), other.stop()]);
});

it("knows another site of the installation, which is reached without its name", async () => {
  const other = await makeSite();
  setOwnListener({ address: "127.0.0.1", port: 1 });

  const { addresses, connection } = await check(other.provider);

  expect([addresses, connection]).toMatchObject(["ok", "ok"].map((state) => ({ state })));
});

it("shows when a cloud last signed that cannot be asked to, and says of another that nothing is known", async () => {
  const before = (await check(peer.provider)).theirSignature;
  const { siteId } = admin;
  const heard = { heardAt: new Date(Date.UTC(2026, 0, 2)), heardAlgorithm: "ed25519", heardKeyid: "k#1" };
  await db().provider.updateMany({ where: { siteId, provider: peer.provider }, data: heard });

  const after = (await check(peer.provider)).theirSignature;

  expect(before).toMatchObject({ state: "skipped" });
  expect(after).toMatchObject({
    state: "ok",
    seen: ["Last signed at 2026-01-02T00:00:00.000Z with ed25519, key k#1."],
  });
  expect(peer.requestsTo("/ocm/sign-back")).toHaveLength(0);
});

it("says what is the matter when a cloud that was asked does not sign, or not so that it is believed", async () => {
  peer.document.capabilities.push("sign-back");
  const asked = async (json: object, status = 200) => {
    peer.on("/ocm/sign-back", { status, json });
    const { state, meaning } = (await check(peer.provider)).theirSignature;
    return [state, meaning];
  };

  expect(await asked({ status: 401, proof: null })).toEqual(["failed", "What it sends is refused."]);
  expect(await asked({ status: null, proof: null })).toEqual(["failed", "What it sends does not arrive here."]);
  expect(await asked({ status: 200, proof: "made up" })).toEqual(["failed", "What it sends does not arrive here."]);
  expect(await asked({}, 429)).toEqual(["warning", "Try again in ten minutes."]);
  expect(await asked({}, 500)).toEqual(["warning", "It did not sign anything."]);
});

it("says of a name that is none, and tries nothing", async () => {
  const steps = await check("not a cloud");

  expect(steps.name).toMatchObject({ state: "failed", meaning: "This is not the name of a cloud." });
  expect(Object.values(steps).filter(({ state }) => state === "skipped")).toHaveLength(12);
});

it("names the addresses that it refuses, and how they are allowed, to those who run the installation", async () => {
  const elsewhere = await check("nowhere.localhost");
  expect(elsewhere.addresses).toMatchObject({ seen: ["An address in a private network, which is refused"] });
  expect(JSON.stringify(elsewhere)).not.toContain("127.0.0.1");

  admin = await makeUser({ site: await makeSite(config().publicOrigin), isAdmin: true });
  const steps = await check("nowhere.localhost");

  expect(steps.addresses).toMatchObject({
    state: "failed",
    seen: ["127.0.0.1, which is refused"],
    here: expect.stringContaining("OUTBOUND_EXCEPTIONS=https://nowhere.localhost=127.0.0.1"),
  });
  const because = { state: "skipped", meaning: "Not tried, because of “Name resolution”." };
  expect([steps.connection, steps.notification]).toEqual([
    expect.objectContaining(because),
    expect.objectContaining(because),
  ]);
});

it("tells a cloud that is not there from one that describes itself wrongly", async () => {
  peer.on("/.well-known/ocm", { json: { ...peer.document, endPoint: "https://elsewhere.example.org/ocm" } });
  const wrong = await check(peer.provider);
  await peer.stop();

  const away = await check(peer.provider);

  expect(wrong.discovery).toMatchObject({
    state: "failed",
    seen: expect.arrayContaining(["/.well-known/ocm: 200, a JSON document", "/ocm-provider: 404, a JSON document"]),
    there: expect.stringContaining(peer.origin),
  });
  expect(statesOf(wrong)).toMatchObject({ clock: "ok", keys: "skipped", signature: "skipped", webdav: "skipped" });
  expect(away.connection).toMatchObject({ state: "failed", meaning: "Nothing listens there." });
  expect(away.discovery?.state).toBe("skipped");
});

it("takes a cloud as it is that describes itself at the older address only", async () => {
  peer.on("/.well-known/ocm", { status: 302, headers: { location: "/login" } });
  peer.on("/ocm-provider", { json: peer.document });

  const steps = await check(peer.provider);

  expect(statesOf(steps)).toMatchObject({ discovery: "ok", clock: "skipped", keys: "ok" });
  expect(steps.discovery.seen[0]).toBe("/.well-known/ocm: The other cloud pointed to another address.");
});

it("measures how far the clocks are apart", async () => {
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toUTCString();
  const clockAt = async (seconds: number) => {
    peer.on("/.well-known/ocm", () => ({ json: peer.document, headers: { date: at(seconds) } }));
    return (await check(peer.provider)).clock;
  };

  expect(await clockAt(90)).toMatchObject({ state: "warning", seen: [expect.stringContaining("ahead of ours")] });
  expect(await clockAt(-400)).toMatchObject({ state: "failed", seen: [expect.stringContaining("behind ours")] });
});

it("sees in the answers whether our signature is believed, and whether anything answers at all", async () => {
  peer.on("/ocm/notifications", { status: 401, json: { message: "SIGNATURE_INVALID" } });
  peer.on("/ocm/token", { status: 200, json: { access_token: "for anybody" } });
  peer.on("/dav/ocm/", { text: "<html>" });
  const doubted = await check(peer.provider);
  peer.on("/ocm/notifications", { status: 404, text: "<html>" });
  peer.on("/ocm/token", { status: 503, json: {} });
  peer.on("/dav/ocm/", { status: 404, json: {} });

  const missing = await check(peer.provider);

  expect(statesOf(doubted)).toMatchObject({
    signature: "failed",
    token: "failed",
    webdav: "failed",
    notification: "failed",
  });
  expect(doubted.signature).toMatchObject({ seen: [expect.stringContaining("401 “SIGNATURE_INVALID”")] });
  expect(missing.notification).toMatchObject({
    state: "failed",
    meaning: expect.stringContaining("Nothing of the cloud"),
  });
  expect(missing.token).toMatchObject({ state: "failed", here: expect.stringContaining("/.well-known/ocm") });
  expect(missing.webdav?.state).toBe("warning");
});

it("sends nothing that is signed to a cloud that the rule shuts out", async () => {
  const { db } = await import("@/lib/core/db");
  await db().provider.create({ data: { siteId: admin.siteId, provider: peer.provider, standing: "blocked" } });

  const steps = await check(peer.provider);

  expect(statesOf(steps)).toMatchObject({
    rule: "failed",
    discovery: "ok",
    signature: "skipped",
    notification: "skipped",
  });
  expect(peer.requests.filter(({ method }) => method === "POST")).toEqual([]);
});

it("does not sign to a cloud that checks nothing, and says so", async () => {
  Object.assign(peer.document, { capabilities: [], jwksUri: undefined, tokenEndPoint: undefined });
  peer.on("/ocm/jwks", { status: 404, json: {} });
  peer.on("/ocm/notifications", { status: 400, json: {} });

  const steps = await check(peer.provider);

  expect(statesOf(steps)).toMatchObject({
    keys: "warning",
    signature: "skipped",
    token: "skipped",
    notification: "ok",
  });
  expect(steps.dialect?.seen).toEqual(["oCIS, OpenCloud, as its document shows"]);
});

it("is for administrators only", async () => {
  admin = await makeUser({ site: await makeSite() });

  const response = await GET(await requestOf(admin, `/api/admin/doctor?domain=${peer.provider}`));

  expect(response.status).toBe(403);
  expect(peer.requests).toEqual([]);
});

it("reads as a text that can be handed on", async () => {
  const steps = Object.values(await check("nowhere.localhost"));

  const text = reportText("nowhere.localhost", steps);

  expect(text).toContain("Name resolution: FAILED\n  An address in a private network, which is refused\n");
  expect(text).toContain("On your side: If it is meant to be there");
  expect(text.endsWith("One step failed.")).toBe(true);
});
