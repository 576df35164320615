import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, startCloud, stopCloud, test } from "./clouds";
import {
  connect,
  type Member,
  makeAliceAndBob,
  makeFolder,
  openAs,
  putFile,
  receivedShares,
  shareWith,
} from "./people";
import { goTo, openEntry, rowOf } from "./screens";

// A folder on another cloud is as good as an own one, whatever that cloud does at the moment.
let clouds: Clouds;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Trail");
  await putFile(alice, "/Trail/map.txt", "A map.");
  await shareWith(alice, bob, id, { role: "editor" });
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "Trail")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
});
test.afterAll(() => startCloud("a"));

test("a received folder follows what its owner changes while one looks", async ({ context }) => {
  const page = await openAs(context, bob);
  await openEntry(page, "Trail");
  await expect(rowOf(page, "map.txt")).toBeVisible();

  await putFile(alice, "/Trail/hut.txt", "A hut.");
  await expect(rowOf(page, "hut.txt")).toBeVisible();
  await putFile(alice, "/Trail/summit.txt", "A summit.");
  await expect(rowOf(page, "summit.txt")).toBeVisible();
});

test("a received folder opens at once when its cloud is away, and says of when it is", async ({ context }) => {
  const page = await openAs(context, bob);
  await openEntry(page, "Trail");
  await expect(rowOf(page, "summit.txt")).toBeVisible();
  await stopCloud("a");

  await page.reload();
  await expect(rowOf(page, "map.txt")).toBeVisible({ timeout: 2_000 });
  const line = page.getByText("You see this folder as of");
  await expect(line).toBeVisible({ timeout: 40_000 });
  await expect(line).toContainText(clouds.a.provider);
  await expectAccessibleEverywhere(page);
  await expectToFitPhone(page);
  await goTo(page, "Files");
  await openEntry(page, "Trail");
  await expect(rowOf(page, "map.txt")).toBeVisible({ timeout: 2_000 });

  await startCloud("a");
  await expect(line).toHaveCount(0, { timeout: 80_000 });
});
