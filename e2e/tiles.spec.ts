import type { Page } from "@playwright/test";
import sharp from "sharp";
import { pageOf } from "@/tests/documents";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import {
  acceptOffer,
  connect,
  type Member,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  openAs,
  putFile,
  shareWith,
} from "./people";
import { rowOf } from "./screens";

// A folder as tiles: with small pictures where there are some, by keys, and remembered.
let clouds: Clouds;
test.beforeAll(() => {
  clouds = readClouds();
});

const picture = (colour: string) =>
  sharp({ create: { width: 1200, height: 800, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

async function fill(member: Member, folder: string): Promise<void> {
  await putFile(member, `${folder}/a.jpg`, await picture("teal"));
  await putFile(member, `${folder}/b.jpg`, await picture("orange"));
  await putFile(member, `${folder}/c.txt`, "Words");
  await putFile(member, `${folder}/d.png`, "no picture");
}

const widthOf = (page: Page, name: string) =>
  rowOf(page, name)
    .locator("img")
    .evaluate((image: HTMLImageElement) => image.naturalWidth);

test("a folder is shown as tiles with small pictures, and stays so", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  await makeFolder(alice, "/Album");
  await fill(alice, "/Album");
  await putFile(alice, "/Album/e.pdf", pageOf("0 0.5 0.5 rg 0 0 400 200 re f", "0 0 400 200"));
  const page = await openAs(context, alice, "/files/Album");
  await expect(rowOf(page, "a.jpg")).toBeVisible();

  await page.getByRole("button", { name: "Show as tiles" }).click();

  await expect.poll(() => widthOf(page, "a.jpg")).toBe(320);
  await expect.poll(() => widthOf(page, "b.jpg")).toBe(320);
  await expect.poll(() => widthOf(page, "e.pdf")).toBe(320); // its first page
  // What is no picture, or none that can be shown, has the sign of its kind.
  await expect(rowOf(page, "c.txt").locator("img")).toHaveCount(0);
  await expect(rowOf(page, "d.png").locator("img")).toHaveCount(0);
  await expectAccessible(page);
  await expectToFitPhone(page);
  await page.reload();
  await expect.poll(() => widthOf(page, "a.jpg")).toBe(320);
  await page.getByRole("button", { name: "Show as a list" }).click();
  await expect(rowOf(page, "a.jpg").locator("img")).toHaveCount(0);
});

test("tiles are gone through by the arrow keys, across and down", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  for (let number = 10; number < 40; number++) await putFile(alice, `/${number}.txt`, "x");
  const page = await openAs(context, alice);
  await expect(rowOf(page, "10.txt")).toBeVisible();
  await page.getByRole("button", { name: "Show as tiles" }).click();
  await page.getByRole("grid").focus();
  const columns = await page.getByRole("row").first().getByRole("gridcell").count();
  expect(columns).toBeGreaterThan(2);
  const chosen = () => page.locator("[data-testid=file-row][aria-selected=true]").getAttribute("data-name");

  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  expect(await chosen()).toBe("11.txt");
  await page.keyboard.press("ArrowDown");
  expect(await chosen()).toBe(`${11 + columns}.txt`);
  await page.keyboard.press("ArrowLeft");
  expect(await chosen()).toBe(`${10 + columns}.txt`);
  await page.keyboard.press("ArrowUp");
  expect(await chosen()).toBe("10.txt");
  await page.keyboard.press("End");
  expect(await chosen()).toBe("39.txt");
  await expect(rowOf(page, "39.txt")).toBeInViewport();
  await page.keyboard.press("F2");
  await page.getByLabel("New name of 39.txt").fill("last.txt");
  await page.keyboard.press("Enter");
  await expect(rowOf(page, "last.txt")).toBeVisible();
});

test("pictures on another cloud are shown small, made where they are", async ({ context }) => {
  const [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Album");
  await fill(alice, "/Album");
  await shareWith(alice, bob, id);
  await acceptOffer(bob, "Album");
  const page = await openAs(context, bob, "/files/Album");
  await expect(rowOf(page, "a.jpg")).toBeVisible();

  await page.getByRole("button", { name: "Show as tiles" }).click();

  await expect.poll(() => widthOf(page, "a.jpg")).toBe(320);
  await expect.poll(() => widthOf(page, "b.jpg")).toBe(320);
  await expect(rowOf(page, "c.txt").locator("img")).toHaveCount(0);
  await expect(rowOf(page, "d.png").locator("img")).toHaveCount(0);
  await expectAccessible(page);
});
