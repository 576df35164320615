import type { Page } from "@playwright/test";
import { type FakePeer, startPeer } from "@/tests/peer";
import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { type Member, makeMember, openAs, receivedShares, signInAdmin } from "./people";
import { addressOf, offerOf, signedBy } from "./stranger";

// What somebody gets from people whom he does not know, and how he is rid of them.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let bob: Member;
let peer: FakePeer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  const { b, peerPorts } = readClouds();
  cloud = b;
  peer = await startPeer({ port: peerPorts[32] });
  bob = await makeMember(cloud, "Bob");
  page = await openAs(await browser.newContext(), bob, "/shared-with-me");
});
test.afterAll(() => Promise.all([page.context().close(), peer.stop()]));

const offers = () => page.getByTestId("offer");

/** What a stranger hears who offers something to Bob. */
async function send({ isSigned = true } = {}): Promise<number> {
  const offer = offerOf(peer, { address: await addressOf(bob) });
  const { headers, ...request } = signedBy(peer, cloud, "/ocm/shares", offer);
  const unsigned = { "content-type": "application/json" };
  return (await knock(cloud, { ...request, headers: isSigned ? headers : unsigned })).status;
}

test("an administrator takes what a cloud does not sign, and it says so", async ({ browser }) => {
  const before = await send({ isSigned: false });
  const { client } = await signInAdmin(cloud);
  await client.json("POST", "/api/admin/providers", { domain: peer.provider });
  const admin = await openAs(await browser.newContext(), await signInAdmin(cloud), "/admin/providers");
  await admin.getByRole("button", { name: `Change ${peer.provider}` }).click();
  await admin.getByRole("menuitem", { name: "How to deal with it" }).click();
  await admin.getByRole("combobox", { name: "Messages that it does not sign" }).click();
  await admin.getByRole("option", { name: "Are taken" }).click();
  await expectAccessibleEverywhere(admin);
  await admin.getByRole("button", { name: "Save" }).click();
  await expect(admin.getByRole("dialog")).toHaveCount(0);
  await admin.context().close();

  expect([before, await send({ isSigned: false })]).toEqual([401, 201]);
});

test("an unsigned offer waits apart and says that nothing proves from whom it is", async () => {
  await expect(page.getByRole("heading", { name: "Requests from people you do not know" })).toBeVisible();
  await expect(offers()).toContainText("does not sign its messages");
  await expect(offers()).toContainText("was first seen here");
  await expectAccessibleEverywhere(page);
  await expectToFitPhone(page);

  await offers().getByTestId("decline").click();

  await expect(offers()).toHaveCount(0);
});

test("a signed one can be accepted by itself, which makes no contact of its sender", async () => {
  expect(await send()).toBe(201);
  await offers().getByTestId("accept").click();

  await expect(page.getByRole("heading", { name: "In your files" })).toBeVisible();
  await expect(offers()).toHaveCount(0);
  expect(await receivedShares(bob)).toContainEqual(expect.objectContaining({ name: "Photos", state: "accepted" }));
  expect(await bob.client.json("GET", "/api/contacts")).toMatchObject({ items: [] });
});

test("a signed one can be accepted with the contact", async () => {
  expect(await send()).toBe(201);
  await expect(offers()).toContainText("is not one of your contacts");
  await offers().getByTestId("accept-with-contact").click();

  await expect(offers()).toHaveCount(0);
  await page.goto(`${cloud.origin}/contacts`);
  await expect(page.getByRole("list", { name: "Contacts" })).toContainText(peer.provider);
});

test("a cloud that has signed once is not believed unsigned any more", async () => {
  expect(await send({ isSigned: false })).toBe(401);
});

test("a whole cloud can be blocked, but not one's contact there, and unblocked", async () => {
  const stranger = await startPeer({ port: readClouds().peerPorts[33] });
  try {
    const offer = async () => {
      const message = offerOf(stranger, { address: await addressOf(bob) });
      return (await knock(cloud, signedBy(stranger, cloud, "/ocm/shares", message))).status;
    };
    expect(await offer()).toBe(201);
    await page.goto(`${cloud.origin}/shared-with-me`);
    await offers().getByTestId("block").click();
    await page.getByRole("menuitem", { name: "Block everyone" }).click();
    await expectAccessibleEverywhere(page);
    await page.getByRole("dialog").getByRole("button", { name: "Block" }).click();

    await expect(offers()).toHaveCount(0);
    expect(await offer()).toBe(400);
    await page.goto(`${cloud.origin}/contacts`);
    const blocked = page.getByTestId("blocked-row");
    await expect(blocked).toContainText(stranger.provider);
    await expectAccessibleEverywhere(page);
    await blocked.getByRole("button", { name: "Unblock" }).click();
    await expect(blocked).toHaveCount(0);
    expect(await offer()).toBe(201);
  } finally {
    await stranger.stop();
  }
});
