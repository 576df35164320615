import { type FakePeer, startPeer } from "@/tests/peer";
import { expectAccessible, expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { type Member, makeFolder, makeMember, openAs, sentShares, signInAdmin } from "./people";
import { changeRole, choose, toast } from "./screens";
import { signedBy } from "./stranger";

// What another cloud has not heard, seen and steered by an administrator.
let cloud: Cloud;
let alice: Member;
let peer: FakePeer;

test.beforeAll(async () => {
  const { a, peerPorts } = readClouds();
  cloud = a;
  peer = await startPeer({ port: peerPorts[31] });
  peer.on("/ocm/shares", { status: 503, json: {} });
  alice = await makeMember(cloud, "Alice");
  for (const name of ["Photos", "Recipes"]) {
    const { id: nodeId } = await makeFolder(alice, `/${name}`);
    const recipient = { kind: "address", address: `bob@${peer.provider}` };
    await alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
  }
  await expect.poll(async () => (await sentShares(alice)).filter(({ untold }) => untold?.failure).length).toBe(2);
});
test.afterAll(() => peer.stop());

test("it is listed with its reason, dropped with a word to its sender, and tried again until it is heard", async ({
  context,
}) => {
  const page = await openAs(context, await signInAdmin(cloud), "/admin/deliveries");
  const group = page.getByRole("region", { name: peer.provider });
  const rows = group.getByTestId("delivery-row");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("The other cloud answered with an error (503).");
  await expectAccessible(page);
  await expectToFitPhone(page);

  await rows.first().getByRole("button", { name: "Drop…" }).click();
  await expect(page.getByRole("dialog", { name: "Stop trying?" })).toContainText("Alice is told so");
  await expectAccessibleEverywhere(page);
  await page.getByRole("dialog").getByRole("button", { name: "Drop" }).click();

  await expect(rows.filter({ hasText: "Given up" })).toHaveCount(1);
  expect((await sentShares(alice)).filter(({ state }) => state === "failed")).toHaveLength(1);
  await page.getByRole("radio", { name: /^Given up/ }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole("radio", { name: "All" }).click();

  peer.on("/ocm/shares", { status: 201, json: {} });
  await group.getByRole("button", { name: "Try all again" }).click();
  await expect(toast(page, "2 deliveries are tried again now.")).toBeVisible();
  await expect
    .poll(async () => (await sentShares(alice)).map(({ state }) => state))
    .toEqual(["delivered", "delivered"]);
  await page.reload();
  await expect(page.getByText("Everything was delivered")).toBeVisible();
});

test("a cloud that does not answer is left alone for a while, and says so", async ({ context }) => {
  const provider = `peer.localhost:${readClouds().peerPorts[38]}`;
  const { id: nodeId } = await makeFolder(alice, "/Letters");
  const recipient = { kind: "address", address: `bob@${provider}` };
  await alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
  const page = await openAs(context, await signInAdmin(cloud), "/admin/deliveries");

  const group = page.getByRole("region", { name: provider });
  await expect(async () => {
    await page.reload();
    await expect(group).toContainText("This cloud does not work just now.", { timeout: 1_000 });
  }).toPass();

  await expectAccessible(page);
  await expectToFitPhone(page);
  await group.getByRole("button", { name: "Drop…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Drop" }).click();
  await expect(group.getByTestId("delivery-row")).toContainText("Given up");
});

test("another role is offered again to a cloud that would not heed a change, which its sender reads until it is accepted", async ({
  context,
}) => {
  const { client } = await signInAdmin(cloud);
  await client.json("PATCH", `/api/admin/providers/${encodeURIComponent(peer.provider)}`, { dialect: "reva" });
  for (const path of ["/ocm/shares", "/ocm/notifications"]) peer.on(path, { status: 201, json: {} });
  const { id: nodeId } = await makeFolder(alice, "/Diary");
  const address = `bob@${peer.provider}`;
  const recipient = { kind: "address", address };
  await alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
  const offers = () => {
    const all = peer.requestsTo("/ocm/shares").map(({ body }) => JSON.parse(`${body}`));
    return all.filter(({ name }) => name === "Diary");
  };
  await expect.poll(() => offers().length).toBe(1);
  const page = await openAs(context, alice);

  await choose(page, "Diary", "Share…");
  await changeRole(page, address, "Can edit");

  const dialog = page.getByTestId("share-dialog");
  await expect(dialog).toContainText("Offered again");
  await expect(dialog).toContainText(`${address} has to accept it once more`);
  await expectAccessibleEverywhere(page);
  await expect.poll(() => offers().length).toBe(2);
  const [first, second] = offers();
  expect(second.providerId).not.toBe(first.providerId);
  expect(second.protocol.webdav.permissions).toEqual(["read", "write"]);
  const accepted = { notificationType: "SHARE_ACCEPTED", resourceType: "folder", providerId: second.providerId };
  expect((await knock(cloud, signedBy(peer, cloud, "/ocm/notifications", accepted))).status).toBe(201);
  await expect(dialog).toContainText("Accepted");
  await expect(dialog).not.toContainText("once more");
});
