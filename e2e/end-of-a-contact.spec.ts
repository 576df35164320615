import type { Page } from "@playwright/test";
import { expectAccessibleEverywhere } from "./accessible";
import { expect, readClouds, startCloud, stopCloud, test } from "./clouds";
import {
  connect,
  type Member,
  makeAliceAndBob,
  makeFolder,
  openAs,
  receivedShares,
  sentShares,
  signInAdmin,
} from "./people";
import { expectNotice, toast } from "./screens";

// Two people who shared with each other part, and meet again.
test.describe.configure({ mode: "serial" });

let alice: Member;
let bob: Member;
let page: Page;

const contactOf = async ({ client }: Member) =>
  (await client.json<{ items: { id: string }[] }>("GET", "/api/contacts")).items[0]?.id;
async function shareWithContact(from: Member, name: string): Promise<void> {
  const { id: nodeId } = await makeFolder(from, `/${name}`);
  const recipient = { kind: "contact", id: await contactOf(from) };
  await from.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
}
const offers = async (member: Member) => (await receivedShares(member)).filter(({ state }) => state === "pending");

test.beforeAll(async ({ browser }) => {
  [alice, bob] = await makeAliceAndBob(readClouds());
  await connect(alice, bob);
  page = await openAs(await browser.newContext(), alice, "/contacts");
});
test.afterAll(() => page.context().close());

const menu = async (action: string) => {
  await page.getByRole("button", { name: "More about Bob" }).click();
  await page.getByRole("menuitem", { name: action }).click();
};

test("what a contact shares can be accepted without asking", async () => {
  await menu("Accept their shares without asking");
  await expect(page.getByTestId("contact-row")).toContainText("Shares accepted at once");
  await expectAccessibleEverywhere(page);

  await shareWithContact(bob, "Lakes");

  await expectNotice(page, "Bob shared “Lakes” with you");
  await expect.poll(async () => (await receivedShares(alice)).map(({ path }) => path)).toEqual(["/Lakes"]);
  await expect.poll(async () => (await sentShares(bob)).map(({ state }) => state)).toEqual(["accepted"]);
});

test("removing one shows what ends both ways, and it ends although the other cloud is away", async () => {
  await shareWithContact(alice, "Photos");
  await expect.poll(async () => (await offers(bob)).length).toBe(1);
  await stopCloud("b");
  await page.goto(`${alice.cloud.origin}/contacts`);
  await menu("Remove…");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByTestId("what-ends")).toContainText("Bob can no longer open “Photos”.");
  await expect(dialog.getByTestId("what-ends")).toContainText("You can no longer open “Lakes”.");
  await expectAccessibleEverywhere(page);

  await dialog.getByRole("button", { name: "Remove contact" }).click();

  await expect(toast(page, "Bob is no longer a contact")).toBeVisible();
  await expect(page.getByText("No contacts yet")).toBeVisible();
  await expect.poll(async () => (await receivedShares(alice)).filter(({ path }) => path)).toEqual([]);
  await startCloud("b");
});

test("the other one is told once, and has nothing of it any more", async ({ browser }) => {
  const { client } = await signInAdmin(alice.cloud);
  await client.json("POST", "/api/admin/deliveries/retry", { provider: bob.cloud.provider });
  const his = await openAs(await browser.newContext(), bob, "/contacts");

  await expectNotice(his, "Alice removed you as a contact. What you shared with each other has ended.");

  await expect(his.getByText("No contacts yet")).toBeVisible();
  await expect.poll(() => offers(bob)).toEqual([]);
  await expect.poll(async () => (await sentShares(bob)).map(({ state }) => state)).toEqual([]);
  await his.context().close();
});

test("an invite of whoever was removed makes them contacts again, and each offer is asked about", async () => {
  await connect(bob, alice);
  await page.reload();
  await expect(page.getByTestId("contact-row")).not.toContainText("Shares accepted at once");

  await shareWithContact(bob, "Peaks");

  await expect.poll(async () => (await offers(alice)).map(({ name }) => name)).toEqual(["Peaks"]);
});
