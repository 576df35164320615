import type { Page } from "@playwright/test";
import { expectAccessibleEverywhere } from "./accessible";
import { expect, test } from "./clouds";
import { type Member, makeMember, openAs } from "./people";
import { closeDialog } from "./screens";

// An invite after it was made: shown again, copied, revoked; and how it looks to whoever pastes it.
let alice: Member;
let page: Page;

test.beforeEach(async ({ clouds, context }) => {
  alice = await makeMember(clouds.a, "Alice");
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: clouds.a.origin });
  page = await openAs(context, alice, "/invites");
});

const row = () => page.getByTestId("invite-row");
const dialog = () => page.getByRole("dialog", { name: "Your invite is ready" });

test("is shown again as it was, with what it was noted down for, and copied", async () => {
  await page.getByTestId("invite-someone").click();
  const link = await dialog().getByTestId("invite-link").innerText();
  await dialog().getByTestId("invite-note").fill("Bob from the choir");
  await dialog().getByRole("button", { name: "Done" }).click();
  await expect(row()).toContainText("Bob from the choir");
  await page.reload();

  await row().getByRole("button", { name: "Show again" }).click();

  await expect(dialog().getByTestId("invite-link")).toHaveText(link);
  await dialog().getByRole("button", { name: "Copy" }).click();
  await expect(dialog().getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
});

test("opens nothing any more from the moment it is revoked", async ({ clouds, browser }) => {
  await page.getByTestId("invite-someone").click();
  const link = await dialog().getByTestId("invite-link").innerText();
  await dialog().getByRole("button", { name: "Done" }).click();
  const bob = await makeMember(clouds.b, "Bob");
  const bobs = await openAs(await browser.newContext(), bob, "/invites");
  const accept = bobs.getByRole("dialog", { name: "Accept an invite" });
  async function paste(): Promise<void> {
    await bobs.getByTestId("accept-an-invite").click();
    await accept.getByTestId("invite-text").fill(link);
    await accept.getByTestId("invite-look").click();
  }
  await bobs.getByTestId("accept-an-invite").click();
  await expectAccessibleEverywhere(bobs);
  await closeDialog(bobs);
  await paste();
  await expect(accept).toContainText("Alice would like to share with you.");
  await expectAccessibleEverywhere(bobs);

  await row().getByRole("button", { name: "Revoke" }).click();
  await expect(row()).toContainText("Revoked");
  await accept.getByTestId("accept-invite").click();

  await expect(accept.getByRole("alert")).toContainText("This invite was revoked. Ask for a new one.");
  await accept.getByText("Close", { exact: true }).click();
  await paste();
  await expect(accept).toContainText("This invite was revoked. Ask for a new one.");
  await expect(row().getByRole("button")).toHaveCount(0);
  const { items } = await alice.client.json<{ items: unknown[] }>("GET", "/api/contacts?limit=10");
  expect(items).toEqual([]);
});
