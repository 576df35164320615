import type { Page } from "@playwright/test";
import { OFFICE, pdfOf } from "@/tests/documents";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import { queryRows } from "./knock";
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

let clouds: Clouds;
let alice: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  alice = await makeMember(clouds.a, "Alice");
  await makeFolder(alice, "/Trips");
  await makeFolder(alice, "/Trips/Alps");
  await putFile(alice, "/Trips/Alps/Gletscher Übersicht.md", "# Notes\n\nThe <b>moraine</b> of 1850 is far below.");
  await putFile(alice, "/Trips/paper.pdf", pdfOf("A paper on the moraine."));
  await putFile(alice, "/Trips/report.docx", OFFICE["docx"]?.("moraine in a report") ?? "");
  await putFile(alice, "/other.txt", "Nothing of the kind.");
});

const found = (page: Page) => page.getByTestId("found-row");
const namesFound = (page: Page) => found(page).evaluateAll((rows) => rows.map((row) => row.getAttribute("data-name")));
const box = (page: Page) => page.getByRole("searchbox", { name: "Search files" });

/** As the clock would have it within a minute. */
const readNow = () => queryRows(clouds.a, "SELECT graphile_worker.add_job('wake-reading')");

test("finds by name from Files, without accents, and opens what was found where it stands", async ({ context }) => {
  const page = await openAs(context, alice);
  await expect(page.getByTestId("file-row").first()).toBeVisible();
  await page.keyboard.press("/");
  await expect(box(page)).toBeFocused();
  await page.keyboard.type("ubersicht");
  await page.keyboard.press("Enter");

  await expect(page).toHaveURL(/\/search\?q=ubersicht$/);
  await expect(found(page)).toHaveCount(1);
  await expect(found(page)).toContainText("Files / Trips / Alps");
  await expect(page.getByRole("status").filter({ hasText: "1 thing found" })).toBeVisible();
  await expectAccessible(page);
  await expectToFitPhone(page);

  await box(page).press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("preview").getByText("1850")).toBeVisible();
  await expect(page).toHaveURL(/\/files\/Trips\/Alps\?open=/);
  await page.goBack();
  await expect(found(page)).toHaveCount(1);
});

test("finds by content, shows where it says so, and narrows", async ({ context }) => {
  await readNow();
  const page = await openAs(context, alice, "/search");
  await expect(page.getByText("Find what you have")).toBeVisible();
  await expect(box(page)).toBeFocused();
  await expectAccessible(page);

  await expect(async () => {
    await page.goto(`${clouds.a.origin}/search?q=morai`);
    await expect(found(page)).toHaveCount(3, { timeout: 2_000 });
  }).toPass({ timeout: 60_000 });

  expect((await namesFound(page)).sort()).toEqual(["Gletscher Übersicht.md", "paper.pdf", "report.docx"]);
  const snippet = found(page).filter({ hasText: "Gletscher" }).getByTestId("snippet");
  await expect(snippet).toContainText("The <b>moraine</b> of 1850 is far below.");
  await expect(snippet.locator("mark")).toHaveText(["moraine"]);
  await expectAccessible(page);
  await expectToFitPhone(page);

  await page.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "PDF" }).click();
  await expect(found(page)).toHaveCount(1);
  await expect(page).toHaveURL(/q=morai&kind=pdf$/);
  await page.reload();
  await expect(found(page)).toHaveCount(1);

  await page.getByRole("combobox", { name: "Changed" }).click();
  await page.getByRole("option", { name: "From … until …" }).click();
  await page.getByLabel("Until").fill("2020-01-01");
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await expect(page.getByText("Among your own there is nothing")).toBeVisible();
  await expectAccessible(page);
  await expectToFitPhone(page);
});

test("says when the cloud does not answer, and goes on", async ({ context }) => {
  const page = await openAs(context, alice, "/search");
  await page.route("**/api/search?*", (route) => route.abort());
  await box(page).fill("other");
  await expect(page.getByRole("alert").filter({ hasText: "Your cloud cannot be reached" }).first()).toBeVisible({
    timeout: 30_000,
  });
  await expectAccessible(page);

  await page.unroute("**/api/search?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(found(page)).toHaveCount(1);
});

test("shows many page by page", async ({ context }) => {
  const carol = await makeMember(clouds.a, "Carol");
  const { id } = await makeFolder(carol, "/many");
  await queryRows(
    clouds.a,
    `INSERT INTO "FileNode" ("siteId", "id", "ownerId", "parentId", "kind", "name")
     SELECT f."siteId", gen_random_uuid(), f."ownerId", f."id", 'file', 'picture ' || n || '.png'
     FROM "FileNode" f, generate_series(1, 3000) n WHERE f."id" = $1`,
    [id],
  );
  const page = await openAs(context, carol, "/search?q=picture");

  await expect(found(page)).toHaveCount(50);
  await expect(page.getByText("50 things found so far")).toBeVisible();
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(found(page)).toHaveCount(100);
});

test("finds files from the command palette, whichever page one is on", async ({ context }) => {
  const page = await openAs(context, alice, "/contacts");
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await palette.getByRole("combobox").fill("gletscher");
  await expect(palette.getByRole("option", { name: "Gletscher Übersicht.md — Trips/Alps" })).toBeVisible();
  await expectAccessible(page);

  await palette.getByRole("option", { name: "Search files for “gletscher”" }).click();
  await expect(page).toHaveURL(/\/search\?q=gletscher$/);
  await expect(found(page)).toHaveCount(1);
});

/** A share from a cloud that is nowhere, as it stands among somebody's files, with more known in it than a search looks through. */
const shareFromNowhere = (bob: Member, name: string) =>
  queryRows(
    clouds.b,
    `WITH share AS (
       INSERT INTO "ReceivedShare" ("siteId", "id", "receiverId", "name", "role", "state", "provider", "providerId", "sender",
         "owner", "shareWith", "senderName", "resourceType")
       SELECT root."siteId", gen_random_uuid(), root."ownerId", $2, 'viewer', 'accepted', 'nowhere.invalid', gen_random_uuid(),
         'eve@nowhere.invalid', 'eve@nowhere.invalid', 'bob@here', 'Eve', 'folder' FROM "FileNode" root
        JOIN "User" u ON u."siteId" = root."siteId" AND u."id" = root."ownerId"
        WHERE u."userName" = $1 AND root."parentId" IS NULL
       RETURNING *
     ), mount AS (
       INSERT INTO "FileNode" ("siteId", "id", "ownerId", "parentId", "kind", "name", "mountId")
       SELECT share."siteId", gen_random_uuid(), share."receiverId", root."id", 'mount', share."name", share."id" FROM share
         JOIN "FileNode" root ON root."siteId" = share."siteId" AND root."ownerId" = share."receiverId"
          AND root."parentId" IS NULL
       RETURNING *
     ) INSERT INTO "KnownFolder" ("siteId", "id", "nodeId", "path", "entryCount", "isCurrent")
       SELECT "siteId", gen_random_uuid(), "id", path, 50000, true FROM mount, (VALUES ('/one'), ('/two')) folder (path)`,
    [bob.userName, name],
  );

test("finds what stands inside the folders of others, and says which cloud did not answer", async ({ context }) => {
  const [giver, bob] = await makeAliceAndBob(clouds);
  await connect(giver, bob);
  const { id } = await makeFolder(giver, "/Shared trail");
  await makeFolder(giver, "/Shared trail/huts");
  await putFile(giver, "/Shared trail/huts/cornice notes.md", "Words.");
  await shareWith(giver, bob, id);
  await acceptOffer(bob, "Shared trail");
  await putFile(bob, "/cornice mine.txt", "Words.");
  await shareFromNowhere(bob, "Nowhere");

  const page = await openAs(context, bob, "/search?q=cornice");

  const cloudOf = (name: string) => page.locator(`[data-testid=found-on-cloud][data-cloud="${name}"]`);
  const theirs = cloudOf(new URL(clouds.a.origin).host);
  await expect(theirs.getByTestId("found-row")).toHaveCount(1);
  await expect(theirs).toContainText("Files / Shared trail / huts");
  await expect(theirs).toContainText("1 thing found");
  await expect(found(page).first()).toHaveAttribute("data-name", "cornice mine.txt");
  await expect(cloudOf("nowhere.invalid")).toContainText("nowhere.invalid");
  await expect(cloudOf("nowhere.invalid")).toContainText("by the names that are known here");
  await expect(cloudOf("nowhere.invalid")).toContainText("Nothing found; not all of it was looked through");
  await expectAccessible(page);
  await expectToFitPhone(page);

  await theirs.getByRole("link", { name: "cornice notes.md" }).click();
  await expect(page.getByTestId("preview").getByText("Words.")).toBeVisible();
  await expect(page).toHaveURL(/\/files\/Shared%20trail\/huts\?open=/);
});
