import { readFile } from "node:fs/promises";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import { connect, getFile, type Member, makeAliceAndBob, openAs, putFile, receivedShares, shareWith } from "./people";
import { choose, goTo, openEntry, rowOf, toast } from "./screens";

// What a file held before, favourites, what changed last, archives, and how long the trash keeps things.

let clouds: Clouds;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
});

test("a text is compared with what it held before, which is named, restored and deleted", async ({ context }) => {
  await putFile(alice, "/letter.md", "Dear Bob,\n\nsee you on Monday.\n");
  await putFile(alice, "/letter.md", "Dear Bob,\n\nsee you on Tuesday.\n");
  const page = await openAs(context, alice);
  await choose(page, "letter.md", "Details");
  const dialog = page.getByRole("dialog").first();
  await dialog.getByRole("tab", { name: "Versions" }).click();
  const rows = dialog.getByTestId("version-row");
  await expect(rows).toHaveCount(2);
  await expectAccessible(page);

  const press = async (action: string) => {
    await rows
      .nth(1)
      .getByRole("button", { name: /^Actions for the version/ })
      .click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  await press("Compare…");
  const comparison = page.getByTestId("compare-dialog");
  await expect(comparison.locator("[data-kind=removed]")).toContainText("see you on Monday.");
  await expect(comparison.locator("[data-kind=added]")).toContainText("see you on Tuesday.");
  await expectAccessible(page);
  await expectToFitPhone(page);
  await page.keyboard.press("Escape");

  await press("Give it a name…");
  await page.getByLabel("Name", { exact: true }).fill("As sent");
  await page.getByRole("button", { name: "Keep" }).click();
  await expect(rows.nth(1)).toContainText("As sent");

  await press("Restore");
  await expect(toast(page, "holds again")).toBeVisible();
  await expect(rows).toHaveCount(3);
  expect((await getFile(alice, "/letter.md")).body.toString()).toContain("Monday");

  await press("Delete…");
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(rows).toHaveCount(2);
});

test("a version says who wrote it through a share", async ({ context }) => {
  const { id } = await putFile(alice, "/plan.txt", "Alice's plan");
  await shareWith(alice, bob, id, { role: "editor" });
  await expect.poll(async () => (await receivedShares(bob)).length).toBe(1);
  const [share] = await receivedShares(bob);
  await bob.client.json("POST", `/api/shares/received/${share?.id}/accept`);
  await putFile(bob, "/plan.txt", "Bob's plan");

  const page = await openAs(context, alice);
  await choose(page, "plan.txt", "Details");
  await page.getByRole("tab", { name: "Versions" }).click();

  const rows = page.getByTestId("version-row");
  await expect(rows.nth(0)).toContainText(/bob/i);
  await expect(rows.nth(1)).toContainText("you");
});

test("favourites are at hand wherever they stand, and so is what changed last", async ({ context }) => {
  await alice.client.json("POST", "/api/files/folders", { path: "/Deep" });
  await putFile(alice, "/Deep/starred.txt", "Here.");
  const page = await openAs(context, alice, "/files/Deep");
  await choose(page, "starred.txt", "Add to favourites");
  await expect(rowOf(page, "starred.txt").getByText("Favourite")).toBeAttached();

  await goTo(page, "Favourites");
  const row = page.getByTestId("found-row").filter({ hasText: "starred.txt" });
  await expect(row).toContainText("In Deep");
  await expectAccessible(page);
  await expectToFitPhone(page);
  await page.setViewportSize({ width: 1280, height: 720 });
  await goTo(page, "Recent");
  await expect(row).toBeVisible();
  await expectAccessible(page);
  await row.getByRole("button", { name: "Favourite: starred.txt" }).click();
  await expect(row.getByRole("button", { name: "Favourite: starred.txt" })).toHaveAttribute("aria-pressed", "false");
  await goTo(page, "Favourites");
  await expect(page.getByText("No favourites yet")).toBeVisible();
  await goTo(page, "Recent");

  await row.getByRole("link", { name: "starred.txt" }).click();
  await expect(page.getByTestId("preview")).toContainText("Here.");
});

test("a folder and a selection come as one archive", async ({ context }) => {
  await alice.client.json("POST", "/api/files/folders", { path: "/Packed" });
  await putFile(alice, "/Packed/ünï.txt", "One");
  await putFile(alice, "/Packed/two.txt", "Two");
  const page = await openAs(context, alice);

  const whole = page.waitForEvent("download");
  await choose(page, "Packed", "Download as zip");
  const folder = await whole;
  expect(folder.suggestedFilename()).toBe("Packed.zip");
  const bytes = await readFile(await folder.path());
  expect(bytes.subarray(0, 2).toString()).toBe("PK");
  expect(bytes.toString()).toContain("Packed/ünï.txt");
  await expect(page).toHaveURL(/\/files$/); // the page has stayed

  await openEntry(page, "Packed");
  await expect(rowOf(page, "two.txt")).toBeVisible();
  await page.getByRole("grid").focus();
  await page.keyboard.press("Control+a");
  const some = page.waitForEvent("download");
  await page.getByRole("toolbar").getByRole("button", { name: "Download as zip" }).click();
  expect((await some).suggestedFilename()).toBe("Packed.zip");
});

test("the trash says how long things wait in it", async ({ context }) => {
  const page = await openAs(context, alice, "/trash");

  await expect(page.getByText("waits here for 30 days")).toBeVisible();
});
