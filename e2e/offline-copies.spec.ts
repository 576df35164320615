import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, readClouds, startCloud, stopCloud, test } from "./clouds";
import {
  connect,
  getFile,
  type Member,
  makeAliceAndBob,
  makeFolder,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  shareWith,
} from "./people";
import { choose, closeDialog, expectNotice, goTo, openEntry, rowOf, toast } from "./screens";

// What somebody on another cloud shares is kept here as well, for when that cloud is away.
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  [alice, bob] = await makeAliceAndBob(readClouds());
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Ridge");
  await putFile(alice, "/Ridge/map.txt", "A map of the ridge.");
  await shareWith(alice, bob, id, { role: "editor" });
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "Ridge")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
});
test.afterAll(() => startCloud("a"));

type Page = Parameters<typeof rowOf>[0];
async function rename(page: Page, name: string, to: string): Promise<void> {
  await choose(page, name, "Rename");
  await page.getByLabel(`New name of ${name}`).fill(to);
  await page.keyboard.press("Enter");
}
const mark = (page: Page, name: string, state: string) => rowOf(page, name).getByTestId(`offline-${state}`);

test("a copy of a received folder is kept here, and follows it", async ({ context }) => {
  const page = await openAs(context, bob);
  await choose(page, "Ridge", "Keep a copy here");
  await expect(toast(page, "A copy of “Ridge” is on its way here.")).toBeVisible();
  await expect(mark(page, "Ridge", "here")).toBeVisible();

  await openEntry(page, "Ridge");
  await expect(mark(page, "map.txt", "here")).toBeVisible();
  await putFile(alice, "/Ridge/hut.txt", "A hut on the ridge.");
  await expect(mark(page, "hut.txt", "here")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Actions for hut.txt" }).click();
  await expect(page.getByRole("menuitem", { name: "Details" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: /copy here/ })).toHaveCount(0); // it is part of the folder
  await expectAccessibleEverywhere(page);
  await page.keyboard.press("Escape");
  await expectToFitPhone(page);
});

test("it is read and changed while its cloud is away, which hears of that later", async ({ context }) => {
  const page = await openAs(context, bob);
  await expect(mark(page, "Ridge", "here")).toBeVisible();
  await stopCloud("a");

  await openEntry(page, "Ridge");
  await openEntry(page, "map.txt");
  await expect(page.getByText("A map of the ridge.")).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press("Escape");
  // It is not tried any more once it is known to be away.
  await expect(() => putFile(bob, "/Ridge/hut.txt", "A better hut.")).toPass({ timeout: 40_000 });
  expect((await getFile(bob, "/Ridge/hut.txt")).body.toString()).toBe("A better hut.");
  await expect(mark(page, "hut.txt", "waiting")).toBeVisible({ timeout: 20_000 });
  await expectAccessibleEverywhere(page);

  await goTo(page, "Files");
  await choose(page, "Ridge", "Details");
  await expect(page.getByRole("dialog")).toContainText(/2 files, 32 bytes, 1 of them to be sent, as of/);
  await expectAccessibleEverywhere(page);
  await closeDialog(page);
  await choose(page, "Ridge", "Keep no copy here");
  await expect(toast(page, "What you changed here has not been sent")).toBeVisible();

  await openEntry(page, "Ridge");
  await startCloud("a");
  const hers = async () => (await getFile(alice, "/Ridge/hut.txt")).body.toString();
  await expect.poll(hers, { timeout: 100_000 }).toBe("A better hut.");
  await expect(mark(page, "hut.txt", "here")).toBeVisible({ timeout: 20_000 });
});

test("what is renamed and deleted while its cloud is away is so at once, can be taken back, and is done there later", async ({
  context,
}) => {
  await bob.client.json("POST", "/api/files/offline", { path: "/Ridge" }); // as it is, unless this is run by itself
  await putFile(alice, "/Ridge/hut.txt", "A hut on the ridge.");
  await putFile(alice, "/Ridge/old.txt", "An old map.");
  await putFile(alice, "/Ridge/shared.txt", "As it was.");
  const page = await openAs(context, bob);
  await openEntry(page, "Ridge");
  for (const name of ["hut.txt", "map.txt", "old.txt", "shared.txt"]) {
    await expect(mark(page, name, "here")).toBeVisible({ timeout: 20_000 });
  }
  await stopCloud("a");
  await expect(page.getByText("You see this folder as of")).toBeVisible({ timeout: 40_000 });

  await rename(page, "hut.txt", "cabin.txt");
  await expect(mark(page, "cabin.txt", "waiting")).toBeVisible();
  await expect(rowOf(page, "hut.txt")).toHaveCount(0);
  await toast(page, "“hut.txt” renamed to “cabin.txt”.").getByRole("button", { name: "Undo" }).click();
  await expect(mark(page, "hut.txt", "here")).toBeVisible();
  await expect(rowOf(page, "cabin.txt")).toHaveCount(0);

  await rename(page, "hut.txt", "cabin.txt");
  for (const name of ["old.txt", "shared.txt"]) {
    await choose(page, name, "Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(rowOf(page, name)).toHaveCount(0);
  }
  await page.reload();
  await expect(mark(page, "cabin.txt", "waiting")).toBeVisible();
  await expect(rowOf(page, "old.txt")).toHaveCount(0);
  expect((await getFile(bob, "/Ridge/cabin.txt")).body.toString()).toBe("A hut on the ridge.");
  await expectAccessibleEverywhere(page);
  await startCloud("a");
  await putFile(alice, "/Ridge/shared.txt", "Changed meanwhile.");

  await expect
    .poll(() => namesIn(alice, "/Ridge"), { timeout: 100_000 })
    .toEqual(["cabin.txt", "map.txt", "shared.txt"]);
  await expect(mark(page, "cabin.txt", "here")).toBeVisible({ timeout: 20_000 });
  await expect(mark(page, "shared.txt", "here")).toBeVisible({ timeout: 20_000 });
  await expectNotice(page, /^“shared.txt” was not deleted on /);
});

test("what was changed at both ends is kept as both, and one is told", async ({ context }) => {
  await bob.client.json("POST", "/api/files/offline", { path: "/Ridge" }); // as it is, unless this is run by itself
  const page = await openAs(context, bob);
  await expect(mark(page, "Ridge", "here")).toBeVisible();
  await openEntry(page, "Ridge");
  await expect(mark(page, "map.txt", "here")).toBeVisible();
  await stopCloud("a");
  await expect(page.getByText("You see this folder as of")).toBeVisible({ timeout: 40_000 });
  await putFile(bob, "/Ridge/map.txt", "The map of Bob.");
  await startCloud("a");
  await putFile(alice, "/Ridge/map.txt", "The map of Alice.");

  const both = async () => (await namesIn(alice, "/Ridge")).filter((name) => name.startsWith("map"));
  await expect
    .poll(both, { timeout: 100_000 })
    .toEqual([expect.stringMatching(/^map \(conflict of Bob, .*\)\.txt$/), "map.txt"]);
  expect((await getFile(alice, "/Ridge/map.txt")).body.toString()).toBe("The map of Alice.");
  await expectNotice(page, /^Your change of “map.txt” is kept as “map \(conflict of Bob/);
});

test("it is let go of", async ({ context }) => {
  await bob.client.json("POST", "/api/files/offline", { path: "/Ridge" }); // as above
  const page = await openAs(context, bob);
  await choose(page, "Ridge", "Keep no copy here");
  await expect(toast(page, "No copy of “Ridge” is kept here any more.")).toBeVisible();
  await expect(rowOf(page, "Ridge").getByTestId(/^offline-/)).toHaveCount(0);
  await stopCloud("a");
  expect((await getFile(bob, "/Ridge/map.txt")).status).toBe(502);
});
