import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import {
  connect,
  fillSignIn,
  type Member,
  makeAliceAndBob,
  makeFolder,
  openAs,
  putFile,
  receivedShares,
  shareWith,
} from "./people";
import { choose } from "./screens";

// Every page once, with something on it: axe in light, in dark and on a phone, where nothing may overflow.
let clouds: Clouds;
let alice: Member;
let bob: Member;
let inviteToken: string;
const LONG = "A name that goes on for longer than any phone is wide, without a place to break in "
  .replaceAll(" ", "-")
  .concat(".txt");

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Photos");
  await putFile(alice, "/notes.md", "# Notes\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |");
  await putFile(alice, `/${LONG}`, "Long");
  await putFile(alice, "/old.txt", "Old");
  await alice.client.json("DELETE", "/api/files?path=/old.txt");
  await shareWith(alice, bob, id, { role: "editor" });
  const recipes = await makeFolder(bob, "/Recipes");
  await shareWith(bob, alice, recipes.id);
  await shareWith(bob, alice, (await makeFolder(bob, "/Waiting for an answer")).id);
  await expect.poll(async () => (await receivedShares(alice)).length).toBe(2);
  const offer = (await receivedShares(alice)).find(({ name }) => name === "Recipes");
  await alice.client.json("POST", `/api/shares/received/${offer?.id}/accept`);
  const app = { name: "Backup of my laptop", scopes: ["files", "shares"], password: alice.password };
  await alice.client.json("POST", "/api/account/app-passwords", app);
  const invite = await alice.client.json<{ invitation: { link: string } }>("POST", "/api/invites", {});
  inviteToken = new URL(invite.invitation.link).searchParams.get("token") ?? "";
});

const OF_A_PERSON = [
  ["/files", "notes.md"],
  ["/files/Photos", "Nothing here yet"],
  ["/files/Recipes", "Shared by Bob"],
  ["/files?open=notes.md", "two"],
  ["/files/None", "This folder is not here"],
  ["/favourites", "No favourites yet"],
  ["/recent", "notes.md"],
  ["/trash", "old.txt"],
  ["/shared-with-me", "Waiting for an answer"],
  ["/shared-by-me", "Photos"],
  ["/contacts", "Bob"],
  ["/invites", "Waiting"],
  ["/settings", "Backup of my laptop"],
  ["/no/such/page", "There is nothing here"],
] as const;

for (const [path, sign] of OF_A_PERSON) {
  test(`${path} is accessible and fits a phone`, async ({ context }) => {
    const page = await openAs(context, alice, path);
    await expect(page.getByText(sign).first()).toBeVisible();

    await expectAccessible(page);
    await expectToFitPhone(page);
  });
}

test("the administrator’s pages are accessible and fit a phone", async ({ page }) => {
  await page.goto(`${clouds.a.origin}/admin/people`);
  await fillSignIn(page, clouds.a.admin.userName, clouds.a.admin.password);
  await page.waitForURL("**/admin/people");
  for (const [path, sign] of [
    ["people", "person-row"],
    ["providers", "provider-row"],
    ["policies", null],
  ] as const) {
    await page.goto(`${clouds.a.origin}/admin/${path}`);
    await expect(sign ? page.getByTestId(sign).first() : page.getByLabel("Days until an invite expires")).toBeVisible();
    await expectAccessible(page);
    await expectToFitPhone(page);
  }
});

test("the pages before signing in are accessible and fit a phone", async ({ page }) => {
  for (const [path, heading] of [
    ["/sign-in", "Sign in"],
    [`/invite?token=${inviteToken}`, "Where are you from?"],
    ["/invite", "This link is not complete"],
    ["/setup", "There is nothing here"],
  ] as const) {
    await page.goto(clouds.a.origin + path);
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await expectAccessible(page);
    await expectToFitPhone(page);
  }
});

test("what opens over a page is accessible", async ({ context }) => {
  const page = await openAs(context, alice);
  await expect(page.getByText("notes.md")).toBeVisible();

  await page.getByRole("button", { name: "Account of Alice" }).click();
  await expect(page.getByRole("menuitem", { name: "Settings" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await page.getByTestId("bell").first().click();
  await expect(page.getByRole("dialog", { name: "Notices" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await choose(page, "notes.md", "Details");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
});

test("making an app password is accessible, in both of its steps", async ({ context }) => {
  const page = await openAs(context, bob, "/settings");
  await page.getByTestId("make-app-password").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Which program?").fill("Backup");
  await dialog.getByLabel("Your password").fill(bob.password);
  await expectAccessible(page);

  await dialog.getByRole("button", { name: "Make" }).click();

  await expect(dialog.getByTestId("app-password")).toHaveText(/^app_/);
  await expect(dialog.getByTestId("webdav-address")).toHaveText(`${bob.cloud.origin}/dav/files/${bob.userName}/`);
  await expectAccessible(page);
  await expectToFitPhone(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = page.getByTestId("app-password-row");
  await expect(row).toContainText("Files, not used yet");
  await row.getByRole("button", { name: "Revoke" }).click();
  await expect(row).toHaveCount(0);
});

test("a phone gets every place through its bar and its drawer", async ({ context }) => {
  const page = await openAs(context, alice);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "More" }).click();

  await page.getByRole("dialog").getByRole("link", { name: "Invites" }).click();

  await expect(page.getByTestId("invite-someone")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("everything in Files can be reached with the keyboard", async ({ context }) => {
  const page = await openAs(context, alice);
  const list = page.getByRole("grid", { name: "Files and folders" });
  await list.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("F2");
  const box = page.getByRole("textbox", { name: /^New name of/ });
  await expect(box).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(list).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");

  await expect(page).toHaveURL(/\/files\/Photos$/);
});
