import { generateKeyPairSync } from "node:crypto";
import type { Page } from "@playwright/test";
import type { InviteView } from "@/lib/contacts/schema";
import { type FakePeer, startPeer } from "@/tests/peer";
import { expectAccessible, expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { type Member, makeMember, openAs, signInAdmin } from "./people";
import { toast } from "./screens";
import { addressOf, offerOf, signedBy } from "./stranger";

// Cloud A publishes a signed list of the clouds that it trusts, and cloud B follows it.
test.describe.configure({ mode: "serial" });

let a: Cloud;
let b: Cloud;
let alice: Member;
let listed: FakePeer;
let keeper: Page;
let follower: Page;
let handedOn = { url: "", key: "" };

test.beforeAll(async ({ browser }) => {
  const clouds = readClouds();
  ({ a, b } = clouds);
  listed = await startPeer({ port: clouds.peerPorts[45], capabilities: ["exchange-token"] });
  const admin = await signInAdmin(a);
  await admin.client.json("POST", "/api/admin/providers", { domain: listed.provider });
  alice = await makeMember(b, "Alice");
  keeper = await openAs(await browser.newContext(), admin, "/admin/directories");
  follower = await openAs(await browser.newContext(), await signInAdmin(b), "/admin/directories");
});
test.afterAll(async () => {
  await decide("unblocked");
  const { client } = await signInAdmin(a);
  await client.json("DELETE", `/api/admin/providers/${encodeURIComponent(listed.provider)}`);
  await Promise.all([keeper.context().close(), follower.context().close(), listed.stop()]);
});

const decide = async (providerRule: string) =>
  (await signInAdmin(b)).client.json("PATCH", "/api/admin/policies", { providerRule });
const row = () => follower.getByTestId("directory-row");

async function change(action: string): Promise<void> {
  await follower.getByRole("button", { name: "Change Our town" }).click();
  await follower.getByRole("menuitem", { name: action, exact: true }).click();
}

/** What the listed cloud hears that offers something to Alice. */
async function answered(): Promise<number | string> {
  const offer = offerOf(listed, { address: await addressOf(alice) });
  const { status, json } = await knock(b, signedBy(listed, b, "/ocm/shares", offer));
  return status === 201 ? status : (json as { message: string }).message;
}

test("a list is published under a name, and its address and key are there to be handed on", async () => {
  await expect(keeper.getByText("You follow no directory")).toBeVisible();
  await keeper.getByLabel("Name of the community").fill("Our town");
  await keeper.getByRole("checkbox", { name: "Publish it" }).click();
  await keeper.getByRole("button", { name: "Save" }).click();

  await expect(keeper.getByTestId("own-directory-url")).toHaveText(`${a.origin}/ocm/directory`);
  await expectAccessible(keeper);
  await expectToFitPhone(keeper);
  const url = await keeper.getByTestId("own-directory-url").innerText();
  handedOn = { url, key: await keeper.getByTestId("own-directory-key").innerText() };
});

test("it is followed with its address and its key, and with no other key", async () => {
  await follower.getByTestId("add-directory").click();
  const dialog = follower.getByRole("dialog", { name: "Follow a directory" });
  await dialog.getByLabel("Address").fill(handedOn.url);
  const { publicKey: another } = generateKeyPairSync("ed25519");
  await dialog.getByLabel("Key").fill(JSON.stringify(another.export({ format: "jwk" })));
  await dialog.getByRole("button", { name: "Follow" }).click();

  await expect(dialog).toContainText("The list is not signed with the key that you were given for it.");
  await expectAccessibleEverywhere(follower);
  await dialog.getByLabel("Key").fill(handedOn.key);
  await dialog.getByRole("button", { name: "Follow" }).click();

  await expect(toast(follower, "You follow Our town")).toBeVisible();
  await expect(row()).toContainText("To find clouds by");
  await expect(row()).toContainText(JSON.parse(handedOn.key).kid);
  await expectAccessible(follower);
  await expectToFitPhone(follower);
});

test("whoever opens an invite there finds the clouds of the list, by name, and goes on to theirs", async ({ page }) => {
  const { invitation } = await alice.client.json<InviteView>("POST", "/api/invites", { note: "" });
  await page.goto(invitation?.link ?? "");
  const choice = page.getByRole("list", { name: "Clouds to choose from" });

  await expect(choice).toContainText(a.provider);
  await expectAccessibleEverywhere(page);
  await page.getByTestId("wayf-provider").fill("pee");
  await expect(choice).not.toContainText(a.provider);
  await choice.getByRole("button", { name: `Peer ${listed.provider}` }).click();

  await expect(page).toHaveURL(new RegExp(`^${listed.origin}/accept\\?token=`));
});

test("where only the listed are let in, those of the list are once it is trusted", async () => {
  await decide("listed");
  await expect.poll(answered).toBe("PROVIDER_NOT_TRUSTED");

  await change("Trust its clouds");

  await expect(row()).toContainText("Trusted");
  expect(await answered()).toBe(201);
  await change("Trust its clouds no longer");
  await expect(row()).toContainText("To find clouds by");
  expect(await answered()).toBe("PROVIDER_NOT_TRUSTED");
});

test("signed with another key it is refused, and that is said; what was read before counts for a while", async () => {
  await keeper.getByRole("button", { name: "Make a new key…" }).click();
  await expectAccessibleEverywhere(keeper);
  await keeper.getByRole("dialog").getByRole("button", { name: "Make a new key" }).click();
  await expect(keeper.getByTestId("own-directory-key")).not.toHaveText(handedOn.key);

  await change("Read it now");

  await expect(row()).toContainText("The list is not signed with the key that you were given for it.");
  await expect(row()).toContainText("The earlier list counts until");
  await expectAccessibleEverywhere(follower);
});

test("it is followed no more, and withdrawn", async () => {
  await change("Remove…");
  await expectAccessibleEverywhere(follower);
  await follower.getByRole("dialog").getByRole("button", { name: "Remove" }).click();

  await expect(row()).toHaveCount(0);
  await keeper.getByRole("checkbox", { name: "Publish it" }).click();
  await keeper.getByRole("button", { name: "Save" }).click();
  await expect(keeper.getByTestId("own-directory-url")).toHaveCount(0);
  expect((await knock(a, { method: "GET", path: "/ocm/directory" })).status).toBe(404);
});
