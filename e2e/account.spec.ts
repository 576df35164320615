import type { BrowserContext, Page } from "@playwright/test";
import { signIn } from "@/tests/cloud-client";
import { expectAccessibleEverywhere } from "./accessible";
import { expect, test } from "./clouds";
import { fillSignIn, type Member, makeMember, openAs, signInAdmin } from "./people";
import { toast } from "./screens";

// An account: what its owner can do with it, and what an administrator can.
const statusOf = async ({ client }: Pick<Member, "client">) => {
  const answer = await client.send("GET", "/api/account");
  await answer.body.dump();
  return answer.statusCode;
};

/** The same person in another browser. */
async function elsewhere({ cloud, userName, password }: Member): Promise<Pick<Member, "cloud" | "client">> {
  return { cloud, client: await signIn(cloud.origin, userName, password) };
}

test.describe("in the settings", () => {
  let bob: Member;
  let page: Page;
  test.beforeEach(async ({ clouds, context }) => {
    bob = await makeMember(clouds.b, "Bob");
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: clouds.b.origin });
    page = await openAs(context, bob, "/settings");
  });

  test("the password is changed by who knows it, which ends every other sign-in", async () => {
    const other = await elsewhere(bob);
    await page.getByLabel("Present password").fill("not this one");
    await page.getByLabel("New password").fill("another one of Bob");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("This is not your password.")).toBeVisible();
    expect(await statusOf(other)).toBe(200);

    await page.getByLabel("Present password").fill(bob.password);
    await page.getByLabel("New password").fill("another one of Bob");
    await page.getByRole("button", { name: "Change password" }).click();

    await expect(toast(page, "Your password is changed.")).toBeVisible();
    await expect(page.getByLabel("Present password")).toHaveValue("");
    expect([await statusOf(bob), await statusOf(other)]).toEqual([200, 401]);
    await expect(signIn(bob.cloud.origin, bob.userName, bob.password)).rejects.toThrow("sign-in of");
    expect(await statusOf(await elsewhere({ ...bob, password: "another one of Bob" }))).toBe(200);
  });

  test("one sign-in is ended, and this one stays", async ({ browser }) => {
    const other = await openAs(await browser.newContext(), await elsewhere(bob));
    await expect(other.getByRole("button", { name: "Account of Bob" })).toBeVisible();
    await page.reload();
    const sessions = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    const theOther = sessions.filter({ hasNotText: "This browser" });
    await expect(sessions).toHaveCount(2);

    await theOther.getByRole("button", { name: "Sign out" }).click();

    await expect(sessions).toHaveText([/This browser/]);
    await expect(other).toHaveURL(/\/sign-in/);
    expect(await statusOf(bob)).toBe(200);
  });

  test("the own cloud address is copied", async () => {
    const { cloudAddress } = await bob.client.json<{ cloudAddress: string }>("GET", "/api/account");

    await page.getByRole("button", { name: "Copy" }).click();

    await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(cloudAddress);
    expect(cloudAddress).toMatch(new RegExp(`@${bob.cloud.provider}$`));
  });
});

test.describe("an administrator", () => {
  let bob: Member;
  let page: Page;
  let contexts: BrowserContext[];
  test.beforeEach(async ({ clouds, browser }) => {
    bob = await makeMember(clouds.a, "Bob");
    contexts = [await browser.newContext(), await browser.newContext()];
    page = await openAs(contexts[0] as BrowserContext, await signInAdmin(clouds.a), "/admin/people");
    await page.getByLabel("Search people").fill(bob.userName);
    await expect(row()).toHaveCount(1);
  });
  test.afterEach(() => Promise.all(contexts.map((context) => context.close())));

  const row = () => page.getByTestId("person-row");
  const open = () => openAs(contexts[1] as BrowserContext, bob);
  async function change(action: string): Promise<void> {
    await page.getByRole("button", { name: /^Change Bob/ }).click();
    await page.getByRole("menuitem", { name: action }).click();
  }

  test("gives a person another name and less storage", async () => {
    await change("Edit…");
    const dialog = page.getByRole("dialog", { name: "Bob" });
    await expectAccessibleEverywhere(page);

    await dialog.getByLabel("Name", { exact: true }).fill("Bob the Builder");
    await dialog.getByRole("combobox", { name: "Storage" }).click();
    await page.getByRole("option", { name: "Another limit" }).click();
    await dialog.getByLabel("Limit").fill("2");
    await dialog.getByRole("button", { name: "Save" }).click();

    await expect(row()).toContainText("Bob the Builder");
    await expect(row()).toContainText("of 2 GB");
    expect(await bob.client.json("GET", "/api/account")).toMatchObject({ displayName: "Bob the Builder" });
  });

  test("resets a password, which ends what was signed in and must be replaced", async () => {
    const bobs = await open();
    await expect(bobs.getByRole("button", { name: "Account of Bob" })).toBeVisible();
    await change("Reset password…");
    const dialog = page.getByRole("dialog", { name: "New password for Bob" });
    await expectAccessibleEverywhere(page);

    await dialog.getByLabel("New password").fill("told by telephone");
    await dialog.getByRole("button", { name: "Set password" }).click();

    await expect(toast(page, "It must be changed at the next sign-in.")).toBeVisible();
    await expect(bobs).toHaveURL(/\/sign-in/);
    await fillSignIn(bobs, bob.userName, bob.password);
    await expect(bobs.getByText("The user name or the password is not right.")).toBeVisible();
    await fillSignIn(bobs, bob.userName, "told by telephone");
    await bobs.waitForURL("**/change-password**");
    await expectAccessibleEverywhere(bobs);
    await bobs.getByLabel("New password").fill("chosen by Bob himself");
    await bobs.getByRole("button", { name: "Change password" }).click();
    await bobs.waitForURL("**/files");
  });

  test("disables a person, who is out at once and is told why, and enables him again", async () => {
    const bobs = await open();
    await expect(bobs.getByRole("button", { name: "Account of Bob" })).toBeVisible();

    await change("Disable");

    await expect(row()).toContainText("Disabled");
    await expect(bobs).toHaveURL(/\/sign-in/);
    expect(await statusOf(bob)).toBe(401);
    await fillSignIn(bobs, bob.userName, bob.password);
    await expect(bobs.getByText("This account is disabled. Ask your administrator.")).toBeVisible();

    await toast(page, "cannot sign in").getByRole("button", { name: "Undo" }).click();
    await expect(row()).not.toContainText("Disabled");
    await fillSignIn(bobs, bob.userName, bob.password);
    await bobs.waitForURL("**/files");
  });
});
