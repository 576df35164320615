import type { Page } from "@playwright/test";
import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock, queryRows } from "./knock";
import { makeAliceAndBob, makeFolder, openAs, receivedShares, shareWith, signInAdmin } from "./people";

// The keys of a cloud change, and nobody who shares with it notices.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let page: Page;

test.beforeAll(async ({ browser }) => {
  cloud = readClouds().a;
  page = await openAs(await browser.newContext(), await signInAdmin(cloud), "/admin/keys");
});
test.afterAll(() => page.context().close());

const row = (kid: string) => page.getByTestId("key-row").filter({ hasText: kid });
async function published(): Promise<string[]> {
  const { json } = await knock(cloud, { method: "GET", path: "/ocm/jwks" });
  return (json as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

/** Whether another cloud takes what this one signs. */
async function expectToBeHeard(): Promise<void> {
  const [alice, bob] = await makeAliceAndBob(readClouds());
  const { id } = await makeFolder(alice, "/Signed");
  await shareWith(alice, bob, id);
  // A cloud that has just asked for our keys does not ask again for half a minute, and is told again until then.
  const received = async () => (await receivedShares(bob)).map(({ name }) => name);
  await expect.poll(received, { timeout: 90_000 }).toEqual(["Signed"]);
}

test("they are shown with their fingerprints and since when they are used", async () => {
  await expect(row("key-1")).toContainText("In use");
  await expect(row("key-1")).toContainText(/[\w-]{43}/);
  await expect(row("key-1")).toContainText("Used since");
  await published(); // which makes the first of the other kinds
  await page.reload();
  for (const [title, kid] of [
    ["For clouds that know ES256 only", "ec-1"],
    ["For clouds that know RSA only", "rsa-1"],
  ] as const)
    await expect(page.getByRole("list", { name: title })).toContainText(new RegExp(`${kid}In use[\\w-]{43}Used since`));
  await expectAccessibleEverywhere(page);
  await expectToFitPhone(page);
});

test("they are changed by hand: the next ones are published first, and used when their time has come", async () => {
  await page.getByTestId("change-keys").click();
  await expectAccessibleEverywhere(page);
  await page.getByRole("dialog").getByRole("button", { name: "Change keys" }).click();

  await expect(row("key-2")).toContainText("It is used from");
  expect(await published()).toEqual(["key-1", "key-2", "ec-1", "ec-2", "rsa-1", "rsa-2"]);
  await expectToBeHeard();
  await page.getByTestId("change-keys").click();
  await page.getByRole("dialog").getByRole("button", { name: "Change keys" }).click();
  await expect(page.getByRole("dialog")).toContainText("New keys are published already");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
});

test("what they sign at once, because somebody knows the others, is believed, and the others are gone", async () => {
  await page.getByTestId("change-keys").click();
  await page.getByRole("dialog").getByText("Somebody else may know the present keys").click();
  await page.getByRole("dialog").getByRole("button", { name: "Change keys" }).click();

  await expect(row("key-3")).toContainText("In use");
  await expect(row("key-1")).toContainText("Withdrawn");
  expect(await published()).toEqual(["key-3", "ec-3", "rsa-3"]);
  await expectToBeHeard();
  const rows = await queryRows(
    cloud,
    `SELECT 1 FROM "SiteKey" WHERE "retiredAt" IS NOT NULL AND "privateKeyEncrypted" IS NOT NULL`,
  );
  expect(rows).toEqual([]);
});

test("when they change by themselves is decided here", async () => {
  await page.getByLabel("Days until keys change by themselves").fill("90");
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.getByText("The schedule is saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Days until keys change by themselves")).toHaveValue("90");
});
