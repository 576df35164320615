import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { BrowserContext, Page, Request } from "@playwright/test";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Clouds, expect, killCloud, readClouds, startCloud, test } from "./clouds";
import { queryRows } from "./knock";
import {
  connect,
  getFile,
  type Member,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  shareWith,
} from "./people";
import { closeUploads, rowOf, toast } from "./screens";

// Large files that are interrupted in all the ways there are, and many small ones.

const MB = 1024 * 1024;
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-uploads-"));
let clouds: Clouds;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
});
test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await startCloud("a"); // also after a failure
});

/** A file on this machine, with bytes of its own. */
function makeFilm(name: string, size = 24 * MB): { file: string; name: string; bytes: Buffer } {
  const bytes = randomBytes(size);
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return { file, name, bytes };
}

const choose = (page: Page, ...files: string[]) => page.getByTestId("upload-files").first().setInputFiles(files);
const panelOf = (page: Page) => page.getByRole("region", { name: "Uploads" });

/** As over a line that takes its time. Lets go when called. */
async function slowDown(context: BrowserContext, page: Page): Promise<() => Promise<void>> {
  const network = await context.newCDPSession(page);
  const throttle = (uploadThroughput: number) =>
    network.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput,
    });
  await throttle(3 * MB);
  return async () => {
    await throttle(-1);
  };
}

const uploadsOf = ({ userName }: Member) =>
  queryRows<{ offset: number; length: number }>(
    clouds.a,
    `SELECT r."offset"::float8 AS "offset", r."length"::float8 AS "length" FROM "ResumableUpload" r
      JOIN "User" u ON u."siteId" = r."siteId" AND u."id" = r."ownerId"
      WHERE u."userName" = $1 AND r."location" IS NULL`,
    [userName],
  );
/** Until the cloud has some of it, and not yet all. */
const untilSomeCame = (member: Member) =>
  expect
    .poll(async () => (await uploadsOf(member)).reduce((sum, { offset }) => sum + offset, 0), { intervals: [50] })
    .toBeGreaterThan(0);

/** Where the requests that bring bytes begin, from now on. */
function offsetsSent(page: Page): number[] {
  const offsets: number[] = [];
  page.on("request", (request: Request) => {
    if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
  });
  return offsets;
}

async function expectArrived(member: Member, at: string, bytes: Buffer): Promise<void> {
  const { status, body } = await getFile(member, at);
  const sha256 = (some: Buffer) => createHash("sha256").update(some).digest("hex");
  expect([status, body.length, sha256(body)]).toEqual([200, bytes.length, sha256(bytes)]);
  expect(await uploadsOf(member)).toEqual([]);
}

test("a large file can be paused, and goes on where it was", async ({ context }) => {
  const film = makeFilm("paused.bin");
  const page = await openAs(context, alice);
  const letGo = await slowDown(context, page);
  await choose(page, film.file);
  await untilSomeCame(alice);

  await page.getByRole("button", { name: "Pause paused.bin" }).click();

  await expect(page.getByText(/^Paused at .* of 25/)).toBeVisible();
  await expect(panelOf(page).getByRole("status")).toHaveText("1 file paused");
  const kept = await uploadsOf(alice);
  await expectAccessible(page);
  await expectToFitPhone(page);
  expect(await namesIn(alice, "/")).not.toContain(film.name);
  await letGo();
  const offsets = offsetsSent(page);
  await page.getByRole("button", { name: "Go on with paused.bin" }).click();

  await expect(rowOf(page, film.name)).toBeVisible();
  await expectArrived(alice, "/paused.bin", film.bytes);
  expect(kept.some(({ offset }) => offset > 0)).toBe(true);
  expect(Math.max(...offsets)).toBeGreaterThan(0);
  await closeUploads(page);
});

test("a large file that was interrupted by a reload goes on when it is chosen again", async ({ context }) => {
  const film = makeFilm("reloaded.bin");
  const page = await openAs(context, alice);
  page.on("dialog", (dialog) => dialog.accept());
  await slowDown(context, page);
  await choose(page, film.file);
  await untilSomeCame(alice);

  await page.reload();

  const panel = panelOf(page);
  await expect(panel.getByRole("status")).toHaveText("1 upload was interrupted");
  await expect(panel.getByText(/of 25.* arrived\. Choose the file again to go on\./)).toBeVisible();
  await expectAccessible(page);
  await expectToFitPhone(page);
  const other = makeFilm("other.bin", MB);
  await page.getByLabel("reloaded.bin once more").setInputFiles(other.file);
  await expect(toast(page, "This is not the “reloaded.bin”")).toBeVisible();
  const offsets = offsetsSent(page);
  await page.getByLabel("reloaded.bin once more").setInputFiles(film.file);

  await expect(rowOf(page, film.name)).toBeVisible();
  await expectArrived(alice, "/reloaded.bin", film.bytes);
  expect(Math.max(...offsets)).toBeGreaterThan(0);
  await page.reload();
  await expect(rowOf(page, film.name)).toBeVisible();
  await expect(panel).toHaveCount(0);
});

test("an interrupted upload can be given up, and leaves nothing behind", async ({ context }) => {
  const film = makeFilm("given-up.bin");
  const page = await openAs(context, alice);
  page.on("dialog", (dialog) => dialog.accept());
  await slowDown(context, page);
  await choose(page, film.file);
  await untilSomeCame(alice);
  await page.reload();

  await page.getByRole("button", { name: "Give up given-up.bin" }).click();

  await expect(panelOf(page)).toHaveCount(0);
  await expect.poll(async () => (await uploadsOf(alice)).length).toBe(0);
  expect(await namesIn(alice, "/")).not.toContain(film.name);
});

test("a large file can be cancelled, and leaves nothing behind", async ({ context }) => {
  const film = makeFilm("cancelled.bin");
  const page = await openAs(context, alice);
  await slowDown(context, page);
  await choose(page, film.file);
  await untilSomeCame(alice);

  await page.getByRole("button", { name: "Cancel cancelled.bin" }).click();

  await expect(page.getByText("Not uploaded")).toBeVisible();
  await expect.poll(async () => (await uploadsOf(alice)).length).toBe(0);
  expect(await namesIn(alice, "/")).not.toContain(film.name);
});

test("a large file for which there is room only in place of the old one replaces it", async ({ context }) => {
  const carol = await makeMember(clouds.a, "Carol");
  const film = makeFilm("replaced.bin");
  await putFile(carol, "/replaced.bin", Buffer.alloc(24 * MB));
  const quota = 'UPDATE "User" SET "quota" = $2 WHERE "userName" = $1';
  await queryRows(clouds.a, quota, [carol.userName, 44 * MB]);
  const page = await openAs(context, carol);
  await expect(rowOf(page, film.name)).toBeVisible();
  const refused = page.waitForResponse((response) => response.status() === 507);
  const inOne = page.waitForRequest((request) => request.method() === "PUT");
  await choose(page, film.file);

  await page.getByRole("dialog").getByRole("button", { name: "Replace" }).click();

  await refused;
  await inOne;
  await expect(panelOf(page).getByRole("status")).toHaveText("1 file uploaded");
  await expectArrived(carol, "/replaced.bin", film.bytes);
  await closeUploads(page);
});

test("a large file goes on by itself when the network is back", async ({ context }) => {
  const film = makeFilm("offline.bin");
  const page = await openAs(context, alice);
  let isAway = false;
  await page.route(/\/content\/uploads/, (route) => (isAway ? route.abort("internetdisconnected") : route.continue()));
  await slowDown(context, page);
  await choose(page, film.file);
  await untilSomeCame(alice);

  isAway = true;
  await expect(panelOf(page).getByRole("status")).toHaveText("Waiting for your cloud");
  await expectAccessible(page);
  isAway = false;

  await expect(rowOf(page, film.name)).toBeVisible();
  await expectArrived(alice, "/offline.bin", film.bytes);
  await closeUploads(page);
});

test("a large file goes on when the server was killed in the middle of it", async ({ context }) => {
  const film = makeFilm("killed.bin");
  const page = await openAs(context, alice);
  const letGo = await slowDown(context, page);
  await choose(page, film.file);
  await untilSomeCame(alice);

  await killCloud("a");
  await expect(panelOf(page).getByRole("status")).toHaveText("Waiting for your cloud");
  await letGo();
  await startCloud("a");

  await expect(rowOf(page, film.name)).toBeVisible({ timeout: 60_000 });
  await expectArrived(alice, "/killed.bin", film.bytes);
  await closeUploads(page);
});

test("bytes that were damaged on the way are sent again", async ({ context }) => {
  const film = makeFilm("damaged.bin", 9 * MB);
  const page = await openAs(context, alice);
  let damaged = 0;
  await page.route("**/content/uploads/*", async (route) => {
    const body = route.request().postDataBuffer();
    if (route.request().method() !== "PATCH" || !body || damaged > 0) return route.continue();
    damaged++;
    body[100] = (body[100] ?? 0) ^ 1;
    await route.continue({ postData: body });
  });
  const refused = page.waitForResponse((response) => response.status() === 460);

  await choose(page, film.file);

  await refused;
  await expect(rowOf(page, film.name)).toBeVisible();
  await expectArrived(alice, "/damaged.bin", film.bytes);
  await closeUploads(page);
});

test("a large file whose name is taken asks, and goes on with the answer", async ({ context }) => {
  await putFile(alice, "/taken.bin", "The old one");
  const film = makeFilm("taken.bin", 9 * MB);
  const page = await openAs(context, alice);
  await expect(rowOf(page, film.name)).toBeVisible();
  await choose(page, film.file);

  await page.getByRole("dialog").getByRole("button", { name: "Keep both" }).click();

  await expect(rowOf(page, "taken (2).bin")).toBeVisible();
  await expectArrived(alice, "/taken (2).bin", film.bytes);
  expect((await getFile(alice, "/taken.bin")).body.toString()).toBe("The old one");
  await closeUploads(page);
});

test("a large file goes into a folder that another cloud shares", async ({ context }) => {
  const { id } = await makeFolder(bob, "/Films");
  const share = await shareWith(bob, alice, id, { role: "editor" });
  const offer = async () => (await receivedShares(alice)).find(({ name }) => name === "Films")?.id;
  await expect.poll(offer).toBeTruthy();
  await alice.client.json("POST", `/api/shares/received/${await offer()}/accept`);
  expect(share.role).toBe("editor");
  const film = makeFilm("shared.bin", 9 * MB);
  const page = await openAs(context, alice, "/files/Films");
  await expect(page.getByRole("button", { name: "Upload" }).first()).toBeVisible();

  await choose(page, film.file);

  await expect(rowOf(page, film.name)).toBeVisible();
  await expectArrived(bob, "/Films/shared.bin", film.bytes);
});

test("a folder of 5,000 files arrives whole, and the page stays at hand meanwhile", async ({ context }) => {
  test.slow();
  const many = path.join(folder, "Many");
  mkdirSync(many);
  for (let number = 1; number <= 5000; number++) writeFileSync(path.join(many, `${number}.txt`), `File ${number}`);
  const page = await openAs(context, alice);
  await expect(page.getByRole("button", { name: "Upload" }).first()).toBeVisible();

  await page.getByLabel("Folder to upload").first().setInputFiles(many);
  const status = panelOf(page).getByRole("status");
  await expect(status).toHaveText(/^Uploading [\d,]+ files$/);
  await page.getByRole("button", { name: "Pause all" }).click();
  await expect(status).toHaveText(/files paused$/);
  await page.getByRole("button", { name: "Go on with all" }).click();
  await page.getByRole("link", { name: "Contacts" }).first().click();
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();

  await expect(status).toHaveText("5,000 files uploaded", { timeout: 400_000 });
  const count = await queryRows<{ count: number }>(
    clouds.a,
    `SELECT count(*)::int AS count FROM "FileNode" n JOIN "FileNode" p ON p."siteId" = n."siteId" AND p."id" = n."parentId"
      JOIN "User" u ON u."siteId" = n."siteId" AND u."id" = n."ownerId" WHERE u."userName" = $1 AND p."name" = 'Many'`,
    [alice.userName],
  );
  expect(count).toEqual([{ count: 5000 }]);
  expect((await getFile(alice, "/Many/4711.txt")).body.toString()).toBe("File 4711");
});
