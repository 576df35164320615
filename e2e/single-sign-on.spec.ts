import type { Page } from "@playwright/test";
import { startOidcProvider } from "@/tests/oidc-provider";
import { expect, OIDC, readClouds, test } from "./clouds";
import { type Member, makeMember, signInAdmin } from "./people";
import { chooseCloud } from "./screens";

// Signing in at the OpenID Connect provider that the operator of cloud B has named.
test.describe.configure({ mode: "serial" });

let provider: Awaited<ReturnType<typeof startOidcProvider>>;
let bob: Member;

test.beforeAll(async () => {
  const { b, oidcPort } = readClouds();
  provider = await startOidcProvider(oidcPort, OIDC.clientId);
  bob = await makeMember(b, "Bob");
});
test.afterAll(() => provider.stop());

async function signInThere(page: Page, path = "/sign-in"): Promise<void> {
  await page.goto(bob.cloud.origin + path);
  await page.getByRole("button", { name: `Continue with ${OIDC.name}` }).click();
}

test("who is known there by the mail address that the administrator gave is signed in, and lands where he wanted to go", async ({
  page,
}) => {
  provider.signInAs({ sub: "bob-there", email: bob.mail, email_verified: true });

  await signInThere(page, "/contacts");

  await page.waitForURL(`${bob.cloud.origin}/contacts`);
  await expect(page.getByRole("button", { name: "Account of Bob" })).toBeVisible();
});

test("who was linked once is known whatever his mail address is now", async ({ page }) => {
  provider.signInAs({ sub: "bob-there", email: "other@example.org", email_verified: false });

  await signInThere(page);

  await page.waitForURL(`${bob.cloud.origin}/files`);
  await expect(page.getByRole("button", { name: "Account of Bob" })).toBeVisible();
});

test("who follows the link of an invite comes to its question, and can say yes", async ({ page }) => {
  const alice = await makeMember(readClouds().a, "Alice");
  const { invitation } = await alice.client.json<{ invitation: { link: string } }>("POST", "/api/invites", {});
  provider.signInAs({ sub: "bob-there" });

  await page.goto(invitation.link);
  await chooseCloud(page, bob.cloud.provider);
  await page.getByRole("button", { name: `Continue with ${OIDC.name}` }).click();

  await page.waitForURL(`${bob.cloud.origin}/invite/accept**`);
  await page.getByTestId("accept-invite").click();
  await expect(page.getByText("You are connected")).toBeVisible();
});

for (const [who, claims] of [
  ["nobody here knows", () => ({ sub: "eve-there", email: "eve@example.org", email_verified: true })],
  ["only claims the mail address", () => ({ sub: "eve-there", email: bob.mail, email_verified: false })],
] as const) {
  test(`who ${who} stays outside, and hears why`, async ({ page }) => {
    provider.signInAs(claims());

    await signInThere(page);

    await expect(
      page.getByText("Nobody here belongs to that account. Ask your administrator to add you."),
    ).toBeVisible();
    await page.goto(`${bob.cloud.origin}/files`);
    await expect(page).toHaveURL(/\/sign-in/);
  });
}

test("who is disabled here stays outside, and hears why", async ({ page }) => {
  const { client: admin } = await signInAdmin(bob.cloud);
  const { items } = await admin.json<{ items: { id: string }[] }>("GET", `/api/admin/people?search=${bob.userName}`);
  await admin.json("PATCH", `/api/admin/people/${items[0]?.id}`, { isDisabled: true });
  provider.signInAs({ sub: "bob-there" });

  await signInThere(page);

  await expect(page.getByText("This account is disabled. Ask your administrator.")).toBeVisible();
});

test("while the provider is away, that is said, and a password still opens", async ({ page }) => {
  await provider.stop();

  await signInThere(page);

  await expect(page.getByText("That sign-in did not work. Try again, or ask your administrator.")).toBeVisible();
  await expect(page.getByLabel("Password", { exact: true })).toBeVisible();
});
