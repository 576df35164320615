import type { Page } from "@playwright/test";
import { type FakePeer, startPeer } from "@/tests/peer";
import { expectAccessibleEverywhere } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { type Member, makeMember, openAs, signInAdmin } from "./people";
import { toast } from "./screens";
import { addressOf, offerOf, signedBy } from "./stranger";

// With whom people here may connect: what the administrator decides, and that it holds for the real requests.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let bob: Member;
let listed: FakePeer;
let stranger: FakePeer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  const { b, peerPorts } = readClouds();
  cloud = b;
  [listed, stranger] = await Promise.all([
    startPeer({ port: peerPorts[25], capabilities: ["exchange-token"] }),
    startPeer({ port: peerPorts[26] }),
  ]);
  bob = await makeMember(cloud, "Bob");
  page = await openAs(await browser.newContext(), await signInAdmin(cloud), "/admin/providers");
});
test.afterAll(async () => {
  const { client } = await signInAdmin(cloud);
  await client.json("PATCH", "/api/admin/policies", { providerRule: "unblocked" });
  await Promise.all([page.context().close(), listed.stop(), stranger.stop()]);
});

const rowOf = ({ provider }: FakePeer) => page.getByTestId("provider-row").filter({ hasText: provider });

async function change({ provider }: FakePeer, action: string): Promise<void> {
  await page.getByRole("button", { name: `Change ${provider}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

/** What a cloud hears that offers something to Bob. */
async function answerTo(peer: FakePeer): Promise<number | string> {
  const offer = offerOf(peer, { address: await addressOf(bob) });
  const { status, json } = await knock(cloud, signedBy(peer, cloud, "/ocm/shares", offer));
  return status === 201 ? status : (json as { message: string }).message;
}

async function criteria(): Promise<string[]> {
  const { json } = await knock(cloud, { method: "GET", path: "/.well-known/ocm" });
  return (json as { criteria: string[] }).criteria;
}

test("one that is not there is not added, and one hears why", async () => {
  await page.getByTestId("add-provider").click();
  const dialog = page.getByRole("dialog", { name: "Add a provider" });
  await expectAccessibleEverywhere(page);

  await dialog.getByLabel("Domain").fill(`nothing.localhost:${readClouds().peerPorts[27]}`);
  await dialog.getByRole("button", { name: "Add" }).click();

  await expect(dialog).toContainText("The settings of this server do not allow it");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByTestId("provider-row").filter({ hasText: "nothing.localhost" })).toHaveCount(0);
});

test("one that is added is asked on the spot: its name, what it can do and its key are shown", async () => {
  await page.getByTestId("add-provider").click();
  await page.getByRole("dialog").getByLabel("Domain").fill(`${listed.origin}/some/page`);
  await page.getByRole("dialog").getByRole("button", { name: "Add" }).click();

  const dialog = page.getByRole("dialog", { name: "Peer is trusted now" });
  await expect(dialog).toContainText(listed.provider);
  await expect(dialog).toContainText("exchange-token");
  await expect(dialog).toContainText(/Key key-1\s*Ed25519 [\w-]{43}/);
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(rowOf(listed)).toContainText("Trusted");
  expect(listed.requestsTo("/.well-known/ocm")).toHaveLength(1);
});

test("only the listed are let in while the rule says so, and others read it in our description", async () => {
  await page.getByRole("radio", { name: "Only listed" }).click();

  await expect.poll(criteria).toContain("allowlist");
  expect(await answerTo(stranger)).toBe("PROVIDER_NOT_TRUSTED");
  expect(stranger.requests).toEqual([]); // not even asked for its keys
  expect(await answerTo(listed)).toBe(201);
  await page.getByRole("radio", { name: "Anyone" }).click();
  await expect.poll(criteria).toEqual(["must-use-http-sig"]);
  expect(await answerTo(stranger)).toBe(201);
});

test("one that is blocked gets nothing through, and blocking is taken back", async () => {
  await change(listed, "Block…");
  const dialog = page.getByRole("dialog", { name: `Block ${listed.provider}?` });
  await expect(dialog).toContainText("0 contacts of people here and 1 share rest while it is blocked");
  await expectAccessibleEverywhere(page);

  await dialog.getByRole("button", { name: "Block" }).click();

  await expect(rowOf(listed)).toContainText("Blocked");
  await expect(page.getByRole("radio", { name: "All but blocked" })).toBeChecked();
  expect(await answerTo(listed)).toBe("PROVIDER_NOT_TRUSTED");
  await toast(page, "is blocked").getByRole("button", { name: "Undo" }).click();
  await expect(rowOf(listed)).toContainText("Trusted");
  expect(await answerTo(listed)).toBe(201);
});

test("one that is removed is forgotten, and known again when it comes back", async () => {
  await change(listed, "Remove…");
  const dialog = page.getByRole("dialog", { name: `Remove ${listed.provider} from the list?` });
  await expect(dialog).toContainText("0 contacts of people here and 2 shares stay.");
  await expectAccessibleEverywhere(page);

  await dialog.getByRole("button", { name: "Remove" }).click();

  await expect(rowOf(listed)).toHaveCount(0);
  expect(await answerTo(listed)).toBe(201);
  await page.reload();
  await expect(rowOf(listed)).toContainText("Not listed");
});
