import type { Page } from "@playwright/test";
import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock, queryRows } from "./knock";
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
import { choose, expectNotice, share } from "./screens";

// What an administrator decides for the people of a cloud, what it would cut, and what they are told.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let page: Page;
let alice: Member;
let bob: Member;

test.beforeAll(async ({ browser }) => {
  cloud = readClouds().a;
  [alice, bob] = await makeAliceAndBob(readClouds());
  await connect(alice, bob);
  await makeFolder(alice, "/Photos");
  const hers = await openAs(await browser.newContext(), alice);
  await share(hers, "Photos", { search: "Bob", person: bob.cloud.provider });
  await hers.context().close();
  page = await openAs(await browser.newContext(), await signInAdmin(cloud), "/admin/policies");
});
test.afterAll(async () => {
  const { client } = await signInAdmin(cloud);
  await client.json("PATCH", "/api/admin/policies", {
    whoShares: "everyone",
    whoInvites: "everyone",
    allowsAddresses: true,
    takesStrangers: true,
    longestShareDays: null,
    mostInvites: null,
  });
  await letItBe(client);
  await page.context().close();
});

/** Nothing is asked of other clouds, and the other one is again spoken to as it shows. */
async function letItBe(client: Member["client"]): Promise<void> {
  await client.json("PATCH", "/api/admin/policies", { mustExchange: false, needsSecondFactor: false });
  await client.json("PATCH", `/api/admin/providers/${encodeURIComponent(bob.cloud.provider)}`, { dialect: null });
}

const save = () => page.getByRole("button", { name: "Save" }).click();

test("the policies are shown, and saved at once where they cut nothing", async () => {
  await expectAccessibleEverywhere(page);
  await expectToFitPhone(page);
  await page.getByLabel("Cloud addresses can be typed").click();

  await save();

  await expect(page.getByText("The policies are saved.")).toBeVisible();
});

test("among hundreds of groups each can be chosen, and one sees how many are", async () => {
  const [site] = await queryRows<{ id: string }>(cloud, `SELECT id FROM "Site" ORDER BY "createdAt"`);
  await queryRows(
    cloud,
    `INSERT INTO "Group" ("siteId", id, name, handle)
     SELECT $1, gen_random_uuid(), 'Class ' || n, 'class-' || n FROM generate_series(1000, 1249) AS n`,
    [site?.id],
  );
  await page.reload();
  const sharers = page.getByRole("radiogroup", { name: "Who may share with people on other clouds" });
  await sharers.getByRole("radio", { name: "Members of chosen groups" }).click();
  const choice = page.getByRole("group", { name: "Who may share with people on other clouds: groups" });
  await expect(choice.getByRole("checkbox")).toHaveCount(200);

  await choice.getByRole("button", { name: "Show more" }).click();
  await choice.getByLabel("Class 1249").click();
  await choice.getByRole("searchbox").fill("1248");
  await choice.getByRole("searchbox").press("Enter");
  await choice.getByLabel("Class 1248").click();

  await expect(choice.getByRole("checkbox")).toHaveCount(1);
  await expect(choice.getByRole("status")).toHaveText("2 groups are chosen.");
  await expectAccessibleEverywhere(page);
  await expectToFitPhone(page);
  await queryRows(cloud, `DELETE FROM "Group" WHERE handle LIKE 'class-%'`);
  await page.reload();
});

test("what is asked of all other clouds is told to them, and one hears which of them cannot do it", async () => {
  const { json } = await knock(cloud, { method: "GET", path: "/.well-known/ocm" });
  expect((json as { criteria: string[] }).criteria).not.toContain("must-exchange-token");
  await page.getByLabel("The secret of a share alone opens nothing").click();
  await page.getByLabel("Shares need a second factor").click();
  const provider = { domain: bob.cloud.provider };
  const { client } = await signInAdmin(cloud);
  await client.json("POST", "/api/admin/providers", provider);
  await client.json("PATCH", `/api/admin/providers/${encodeURIComponent(bob.cloud.provider)}`, { dialect: "older" });

  await save();

  const dialog = page.getByRole("dialog", { name: "Save this, and cut what it forbids?" });
  // Beside clouds that other specs have played.
  const named = new RegExp(`No new share passes with .* that cannot do this: .*${bob.cloud.provider}`);
  await expect(dialog.getByTestId("what-it-cuts")).toContainText(named);
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The policies are saved.")).toBeVisible();
  const after = await knock(cloud, { method: "GET", path: "/.well-known/ocm" });
  expect((after.json as { criteria: string[] }).criteria).toContain("must-exchange-token");
  await letItBe(client);
  await page.reload();
});

test("before something is cut one sees how much and with whom, and nothing is cut without a yes", async () => {
  const sharers = page.getByRole("radiogroup", { name: "Who may share with people on other clouds" });
  await sharers.getByRole("radio", { name: "Members of chosen groups" }).click();
  await expectAccessibleEverywhere(page);
  await sharers.getByRole("radio", { name: "Nobody" }).click();
  await save();

  const dialog = page.getByRole("dialog", { name: "Save this, and cut what it forbids?" });
  await expect(dialog.getByTestId("what-it-cuts")).toContainText(/shares? ends? for good, with Bob/);
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await sentShares(alice)).toMatchObject([{ recipientName: "Bob" }]);

  await save();
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect.poll(() => sentShares(alice)).toEqual([]);
  await expect.poll(async () => (await receivedShares(bob)).map(({ state }) => state)).not.toContain("accepted");
});

test("whoever shared is told, and reads why it cannot be shared again before trying", async ({ browser }) => {
  const hers = await openAs(await browser.newContext(), alice);
  await expectNotice(hers, "ended 1 of your shares with people on other clouds");
  await choose(hers, "Photos", "Share…");
  const dialog = hers.getByTestId("share-dialog");
  await dialog.getByTestId("person-box").fill("Bob");
  await dialog.getByTestId("suggestion").filter({ hasText: bob.cloud.provider }).first().click();

  await expect(dialog).toContainText("The policies of your cloud do not let you share with people on other clouds.");
  await expect(dialog.getByTestId("send-share")).toBeDisabled();
  await expectAccessibleEverywhere(hers);
  await hers.context().close();
});

test("whoever may not invite reads why beside the button", async ({ browser }) => {
  await alice.client.json("POST", "/api/invites", {});
  const inviters = page.getByRole("radiogroup", { name: "Who may invite people of other clouds" });
  await inviters.getByRole("radio", { name: "Nobody" }).click();
  await save();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByTestId("what-it-cuts")).toContainText(/invites? (is|are) revoked, of Alice/);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);

  const hers = await openAs(await browser.newContext(), alice, "/invites");
  await expect(hers.getByTestId("invite-someone")).toBeDisabled();
  await expect(hers.getByText("do not let you invite people of other clouds")).toBeVisible();
  await expectAccessibleEverywhere(hers);
  await expectToFitPhone(hers);
  await hers.context().close();
});
