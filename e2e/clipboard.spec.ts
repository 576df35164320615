import { expectAccessibleEverywhere } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import {
  connect,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  shareWith,
  textOf,
} from "./people";
import { chooseNew, openEntry, rowOf, toast } from "./screens";

// Cutting, copying and pasting, by keys, menus and the mouse, among one's own and what others share.
let clouds: Clouds;
test.beforeAll(() => {
  clouds = readClouds();
});

/** Clicks beside the name, which would open it. */
const beside = { position: { x: 500, y: 10 } };

test("what is cut is pasted into the folder that one opens, by keys alone, and comes back by Undo", async ({
  context,
}) => {
  const alice = await makeMember(clouds.a, "Alice");
  await makeFolder(alice, "/Empty");
  await putFile(alice, "/one.txt", "1");
  await putFile(alice, "/two.txt", "2");
  const page = await openAs(context, alice);
  await rowOf(page, "one.txt").click(beside);
  await page.keyboard.press("Shift+ArrowDown");

  await page.keyboard.press("Control+x");

  await expect(toast(page, "2 items cut.")).toBeVisible();
  await expect(rowOf(page, "two.txt")).toContainText("Cut");
  await expectAccessibleEverywhere(page);
  await openEntry(page, "Empty");
  await expect(page.getByText("Nothing here yet")).toBeVisible();
  await page.keyboard.press("Control+v");

  await expect(toast(page, "2 items moved to Empty.")).toBeVisible();
  await expect(rowOf(page, "one.txt")).toHaveAttribute("aria-selected", "true");
  expect(await namesIn(alice, "/")).toEqual(["Empty"]);
  await toast(page, "2 items moved").getByRole("button", { name: "Undo" }).click();
  await expect(rowOf(page, "one.txt")).toHaveCount(0);
  await expect.poll(() => namesIn(alice, "/")).toEqual(["Empty", "one.txt", "two.txt"]);
});

test("a name that is taken is asked about: replace, keep both, skip, and once for all", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  await makeFolder(alice, "/Box");
  for (const name of ["a.txt", "b.txt", "c.txt"]) {
    await putFile(alice, `/${name}`, `new ${name}`);
    await putFile(alice, `/Box/${name}`, `old ${name}`);
  }
  const page = await openAs(context, alice);
  await rowOf(page, "a.txt").click(beside);
  await page.keyboard.press("Shift+End");
  await page.keyboard.press("Control+c");
  await openEntry(page, "Box");
  await expect(rowOf(page, "a.txt")).toBeVisible();
  await page.getByRole("button", { name: "Paste here" }).click();

  const question = (name: string) => page.getByRole("dialog", { name: `“${name}” is there already` });
  await expect(question("a.txt")).toContainText("This one");
  await expectAccessibleEverywhere(page);
  await question("a.txt").getByRole("button", { name: "Replace" }).click();
  await question("b.txt").getByLabel("Do the same for the others").check();
  await question("b.txt").getByRole("button", { name: "Keep both" }).click();

  await expect(toast(page, "3 items copied to Box. What was there before is in the trash.")).toBeVisible();
  expect(await namesIn(alice, "/Box")).toEqual(["a.txt", "b (2).txt", "b.txt", "c (2).txt", "c.txt"]);
  expect(await textOf(alice, "/Box/a.txt")).toBe("new a.txt");
  expect(await textOf(alice, "/Box/b.txt")).toBe("old b.txt");
  expect(await namesIn(alice, "/")).toEqual(["Box", "a.txt", "b.txt", "c.txt"]);
  await toast(page, "3 items copied").getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => namesIn(alice, "/Box")).toEqual(["a.txt", "b.txt", "c.txt"]);
  expect(await textOf(alice, "/Box/a.txt")).toBe("old a.txt");
  // Into the folder where it is, a copy can only stand beside it.
  await rowOf(page, "a.txt").click(beside);
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await expect(rowOf(page, "a (2).txt")).toBeVisible();
  await toast(page, "1 item copied").getByRole("button", { name: "Undo" }).click();
  await expect(rowOf(page, "a (2).txt")).toHaveCount(0);
});

test("a copy goes from what somebody shares into one's own and back, by menu and dialog", async ({ context }) => {
  const [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Team");
  await putFile(alice, "/Team/plan.txt", "The plan");
  await shareWith(alice, bob, id, { role: "editor" });
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "Team")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
  await putFile(bob, "/mine.txt", "Mine");

  const page = await openAs(context, bob, "/files/Team");
  await page.getByRole("button", { name: "Actions for plan.txt" }).click();
  await page.getByRole("menuitem", { name: /^Copy Ctrl/ }).click();
  await page.getByRole("navigation", { name: "Folders" }).getByRole("link", { name: "Files" }).click();
  await chooseNew(page, "Paste");
  await expect(rowOf(page, "plan.txt")).toBeVisible();
  expect(await textOf(bob, "/plan.txt")).toBe("The plan");

  await page.getByRole("button", { name: "Actions for mine.txt" }).click();
  await page.getByRole("menuitem", { name: "Copy to…" }).click();
  const dialog = page.getByRole("dialog", { name: "Copy “mine.txt”" });
  await dialog.getByRole("button", { name: "Team" }).click();
  await expectAccessibleEverywhere(page);
  await dialog.getByRole("button", { name: "Copy here" }).click();

  await expect(toast(page, "1 item copied to Team.")).toBeVisible();
  expect(await textOf(alice, "/Team/mine.txt")).toBe("Mine");
  expect(await namesIn(bob, "/")).toEqual(["Team", "mine.txt", "plan.txt"]);
});

test("what may only be viewed can be copied, not cut, and nothing can be pasted into it", async ({ context }) => {
  const [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Look");
  await putFile(alice, "/Look/a.txt", "A");
  await shareWith(alice, bob, id);
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "Look")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
  const page = await openAs(context, bob, "/files/Look");
  await rowOf(page, "a.txt").click({ position: { x: 400, y: 10 } });

  await page.keyboard.press("Control+x");
  await expect(toast(page, "You can only view this, not change it.")).toBeVisible();
  await page.keyboard.press("Control+c");

  await expect(toast(page, "“a.txt” copied.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Paste here" })).toHaveCount(0);
  await page.keyboard.press("Control+v");
  await page.getByRole("navigation", { name: "Folders" }).getByRole("link", { name: "Files" }).click();
  await expect(rowOf(page, "Look")).toBeVisible();
  await page.keyboard.press("Control+v");
  await expect(rowOf(page, "a.txt")).toBeVisible();
  expect(await namesIn(alice, "/Look")).toEqual(["a.txt"]);
});

test("what is dragged is moved, with Ctrl copied, and one file can be dragged out", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  await makeFolder(alice, "/Shelf");
  await putFile(alice, "/book.txt", "Once");
  const page = await openAs(context, alice);
  await page.evaluate(() =>
    window.addEventListener("dragstart", ({ dataTransfer }) => {
      document.body.dataset.dragged = dataTransfer?.getData("DownloadURL") ?? "";
    }),
  );

  await page.keyboard.down("Control");
  await rowOf(page, "book.txt").dragTo(rowOf(page, "Shelf"), {
    sourcePosition: { x: 400, y: 20 },
    targetPosition: { x: 400, y: 20 },
  });
  await page.keyboard.up("Control");

  await expect(toast(page, "1 item copied to Shelf.")).toBeVisible();
  expect(await namesIn(alice, "/")).toEqual(["Shelf", "book.txt"]);
  expect(await namesIn(alice, "/Shelf")).toEqual(["book.txt"]);
  const offered = await page.evaluate(() => document.body.dataset.dragged);
  expect(offered).toBe(`text/plain:book.txt:${clouds.a.origin}/content/files?path=%2Fbook.txt&download=1`);
});
