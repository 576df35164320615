import type { BrowserContext, Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { signIn } from "@/tests/cloud-client";
import { expectAccessible, expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, test } from "./clouds";
import {
  connect,
  fillSignIn,
  type Member,
  makeFolder,
  makeMember,
  openAs,
  putFile,
  receivedShares,
  signInAdmin,
} from "./people";
import { choose, expectNotice, openEntry, rowOf, toast } from "./screens";

test.slow(); // every screen on the way is held against axe, in light and in dark

const PATH = "/api/account/second-factor";
/** A code counts once: each use in a test takes the next one, which the cloud takes half a minute early. */
const codeOf = (key: string, later = 0) =>
  new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + later * 30_000 });

/** Sets up an app for codes without the screens, in a sign-in of its own. */
async function enrol(member: Member): Promise<{ key: string; recoveryCodes: string[] }> {
  const client = await signIn(member.cloud.origin, member.userName, member.password);
  const { key } = await client.json<{ key: string }>("POST", `${PATH}/authenticator`, { password: member.password });
  const { recoveryCodes } = await client.json<{ recoveryCodes: string[] }>("PUT", `${PATH}/authenticator`, {
    code: codeOf(key),
  });
  return { key, recoveryCodes };
}

/** A security key in a socket of this browser, always touched. */
async function plugInKey(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "usb", automaticPresenceSimulation: true },
  });
}

async function signOut(page: Page, { name, cloud }: Member): Promise<void> {
  await page.getByRole("button", { name: `Account of ${name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByLabel("User name or mail")).toBeVisible();
  await page.goto(`${cloud.origin}/sign-in`); // not back to where the person was
}

async function giveCode(page: Page, code: string): Promise<void> {
  await page.getByLabel(/^(Code|Recovery code)$/).fill(code);
  await page.getByRole("button", { name: "Confirm" }).click();
}

const factors = (page: Page) => page.getByRole("list", { name: "Second factors" }).getByRole("listitem");

async function remove(page: Page, factor: string, { password }: Member): Promise<void> {
  await page.getByRole("button", { name: `Remove ${factor}`, exact: true }).click();
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
}

test("an app for codes is set up by who knows the password, and counts from its first code on", async ({
  clouds,
  context,
}) => {
  const bob = await makeMember(clouds.b, "Bob");
  const page = await openAs(context, bob, "/settings");
  await page.getByRole("button", { name: "Set up an app for codes…" }).click();
  await page.getByLabel("Your password").fill("not this one");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByText("This is not your password.")).toBeVisible();
  await expectAccessibleEverywhere(page);
  await page.getByLabel("Your password").fill(bob.password);
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByAltText("QR code for the app")).toBeVisible();
  await expectAccessibleEverywhere(page);
  const key = (await page.getByTestId("authenticator-key").textContent()) ?? "";
  await page.getByLabel("Code that the app shows").fill(codeOf(key));
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByTestId("recovery-codes")).toHaveText(/^([a-z2-9]{5}-[a-z2-9]{5}\s*){10}$/);
  await expectAccessibleEverywhere(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(factors(page)).toHaveText([/App for codes/, /10 codes left/]);
  await expectAccessible(page);
});

test("a code is asked at signing in, a recovery code stands in for it once, and both go with the app", async ({
  clouds,
  page,
}) => {
  const bob = await makeMember(clouds.b, "Bob");
  const { key, recoveryCodes } = await enrol(bob);
  const [recoveryCode = "", another = ""] = recoveryCodes;
  await page.goto(`${bob.cloud.origin}/sign-in`);
  await fillSignIn(page, bob.userName, bob.password);
  await page.waitForURL("**/sign-in/second-factor**");
  await expectAccessibleEverywhere(page);
  await page.goto(`${bob.cloud.origin}/files`);
  await page.waitForURL("**/sign-in/second-factor**"); // the password alone opens nothing
  await giveCode(page, "000000");
  await expect(page.getByText("This code is not right, or was used before.")).toBeVisible();
  await giveCode(page, codeOf(key, 1));
  await page.waitForURL("**/files");

  await signOut(page, bob);
  await fillSignIn(page, bob.userName, bob.password);
  await page.waitForURL("**/sign-in/second-factor**");
  await giveCode(page, recoveryCode);
  await page.waitForURL("**/files");
  await signOut(page, bob);
  await fillSignIn(page, bob.userName, bob.password);
  await page.waitForURL("**/sign-in/second-factor**");
  await giveCode(page, recoveryCode);
  await expect(page.getByText("This code is not right, or was used before.")).toBeVisible();
  await page.getByRole("button", { name: "Sign in as somebody else" }).click();
  await expect(page.getByLabel("User name or mail")).toBeVisible();

  const other = await openAs(page.context(), bob, "/settings");
  await expect(factors(other)).toHaveText([/App for codes/, /9 codes left/]);
  await remove(other, "the app for codes", bob);
  await giveCode(other, another); // a sign-in from before there was a second factor has not shown one
  await expect(toast(other, "is removed")).toBeVisible();
  await expect(factors(other)).toHaveCount(0);
  await signOut(other, bob);
  await fillSignIn(other, bob.userName, bob.password);
  await other.waitForURL("**/files");
});

test("a passkey is added, used at signing in, and removed", async ({ clouds, context }) => {
  const bob = await makeMember(clouds.b, "Bob");
  const page = await openAs(context, bob, "/settings");
  await plugInKey(page);
  await page.getByRole("button", { name: "Add a passkey…" }).click();
  await expectAccessibleEverywhere(page);
  await page.getByLabel("Name", { exact: true }).last().fill("The blue key");
  await page.getByLabel("Your password").fill(bob.password);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(factors(page)).toHaveText([/The blue key/, /10 codes left/]);

  await signOut(page, bob);
  await fillSignIn(page, bob.userName, bob.password);
  await page.waitForURL("**/sign-in/second-factor**");
  await expectAccessibleEverywhere(page);
  await page.getByTestId("use-passkey").click();
  await page.waitForURL("**/files");

  await page.goto(`${bob.cloud.origin}/settings`);
  await expect(factors(page)).toHaveText([/The blue key.*last used/, /10 codes left/]);
  await remove(page, "The blue key", bob);
  await expect(factors(page)).toHaveCount(0);
});

test.describe("a share that asks for a second factor", () => {
  let alice: Member;
  let bob: Member;
  let bobs: BrowserContext;
  test.beforeEach(async ({ clouds, browser }) => {
    [alice, bob] = await Promise.all([makeMember(clouds.a, "Alice"), makeMember(clouds.b, "Bob")]);
    await connect(alice, bob);
    await makeFolder(alice, "/Letters");
    await putFile(alice, "/Letters/first.txt", "Dear Bob");
    bobs = await browser.newContext();
  });
  test.afterEach(() => bobs.close());

  async function shareLetters(): Promise<void> {
    const { items } = await alice.client.json<{ items: { id: string }[] }>("GET", "/api/contacts");
    const { id: nodeId } = await alice.client.json<{ id: string }>("GET", "/api/files/entry?path=/Letters");
    const recipient = { kind: "contact", id: items[0]?.id };
    await alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer", needsSecondFactor: true });
    await expect.poll(async () => (await receivedShares(bob)).length).toBe(1);
  }

  test("is sent so from the share dialog, and says so where it is offered", async ({ context }) => {
    const page = await openAs(context, alice);
    await choose(page, "Letters", "Share…");
    const dialog = page.getByTestId("share-dialog");
    await dialog.getByTestId("person-box").fill("Bob");
    await dialog.getByTestId("suggestion").first().click();
    await dialog.getByLabel("Ask for a second factor").click();
    await dialog.getByLabel("May be shared on").click();
    await expectAccessibleEverywhere(page);
    await dialog.getByTestId("send-share").click();
    await expect(dialog.getByTestId("access-row")).toContainText("Second factor");
    await expectAccessibleEverywhere(page);

    const bobsPage = await openAs(bobs, bob, "/shared-with-me");
    await expect(bobsPage.getByTestId("offer")).toContainText("Second factor");
    await expect(bobsPage.getByTestId("second-factor-needed")).toContainText("You have neither yet.");
    await expectAccessibleEverywhere(bobsPage);
    await expectToFitPhone(bobsPage);
    await enrol(bob);
    await bobsPage.reload();
    await expect(bobsPage.getByTestId("second-factor-needed")).not.toContainText("You have neither yet.");
    await bobsPage.getByTestId("accept").click();
    await bobsPage.goto(`${bob.cloud.origin}/files`);
    await choose(bobsPage, "Letters", "Share on…");
    await bobsPage.getByTestId("person-box").fill(`carol@${alice.cloud.provider}`);
    await bobsPage.getByTestId("suggestion").first().click();
    await expect(bobsPage.getByTestId("second-factor-needed")).toContainText("as it does for you");
    await expectAccessibleEverywhere(bobsPage);
  });

  test("where the administrators ask for it, one reads so before, or why nothing can be shared", async ({
    context,
  }) => {
    const { client: admin } = await signInAdmin(alice.cloud);
    const path = `/api/admin/providers/${encodeURIComponent(bob.cloud.provider)}`;
    await admin.json("POST", "/api/admin/providers", { domain: bob.cloud.provider });
    const page = await openAs(context, alice);
    const openBox = async () => {
      await page.reload();
      await choose(page, "Letters", "Share…");
      await page.getByTestId("person-box").fill("Bob");
      await page.getByTestId("suggestion").first().click();
    };
    try {
      await admin.json("PATCH", path, { needsSecondFactor: true });
      await openBox();
      await expect(page.getByTestId("second-factor-needed")).toContainText("It opens only after Bob has confirmed");
      await expect(page.getByLabel("Ask for a second factor")).toHaveCount(0);
      await expectAccessibleEverywhere(page);
      await expectToFitPhone(page);
      await page.getByTestId("send-share").click();
      await expect(page.getByTestId("access-row")).toContainText("Second factor");

      await admin.json("PATCH", path, { dialect: "older" });
      await openBox();
      await expect(page.getByTestId("share-dialog")).toContainText(`which ${bob.cloud.provider} does not promise`);
      await expect(page.getByTestId("send-share")).toBeDisabled();
      await expectAccessibleEverywhere(page);
    } finally {
      await admin.json("PATCH", path, { needsSecondFactor: null, dialect: null });
    }
  });

  async function acceptLetters(): Promise<void> {
    const [offer] = await receivedShares(bob);
    await bob.client.json("POST", `/api/shares/received/${offer?.id}/accept`);
  }

  test("is opened after the code was given, and the person goes on where he was", async () => {
    await shareLetters();
    await acceptLetters();
    const { key } = await enrol(bob);
    const page = await openAs(bobs, bob);
    await openEntry(page, "Letters");

    const dialog = page.getByTestId("step-up");
    await expect(dialog).toContainText("This takes your second factor.");
    await expectAccessibleEverywhere(page);
    await page.keyboard.press("Escape");
    await expect(page.getByText("This opens only with a second factor").first()).toBeVisible();
    await expectAccessibleEverywhere(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await giveCode(page, codeOf(key, 1));

    await expect(dialog).toHaveCount(0);
    await openEntry(page, "first.txt");
    await expect(page.getByText("Dear Bob")).toBeVisible();
  });

  test("leads whoever has no second factor to the settings, and opens once there is one", async () => {
    await shareLetters();
    await acceptLetters();
    const page = await openAs(bobs, bob);
    await plugInKey(page);
    await openEntry(page, "Letters");

    await expect(page.getByTestId("step-up")).toContainText("you have none yet");
    await expectAccessibleEverywhere(page);
    await page.getByRole("link", { name: "Go to the settings" }).click();
    await page.getByRole("button", { name: "Add a passkey…" }).click();
    await page.getByLabel("Name", { exact: true }).last().fill("My laptop");
    await page.getByLabel("Your password").fill(bob.password);
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("button", { name: "I have kept them" }).click();

    await page.goto(`${bob.cloud.origin}/files`);
    await openEntry(page, "Letters");
    await expect(rowOf(page, "first.txt")).toBeVisible();
  });
});

test("an administrator takes the second factor of somebody away who has lost it, and that person is told", async ({
  clouds,
  context,
  browser,
}) => {
  const bob = await makeMember(clouds.a, "Bob");
  await enrol(bob);
  const page = await openAs(context, await signInAdmin(clouds.a), "/admin/people");
  await page.getByLabel("Search people").fill(bob.userName);
  await expect(page.getByTestId("person-row")).toHaveCount(1);
  await page.getByRole("button", { name: /^Change Bob/ }).click();
  await page.getByRole("menuitem", { name: "Reset second factor…" }).click();
  await expectAccessibleEverywhere(page);
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await expect(toast(page, "signs in with the password alone")).toBeVisible();

  const bobs = await browser.newContext();
  const bobsPage = await bobs.newPage();
  await bobsPage.goto(`${bob.cloud.origin}/sign-in`);
  await fillSignIn(bobsPage, bob.userName, bob.password);
  await bobsPage.waitForURL("**/files");
  await expectNotice(bobsPage, /took your second factor away/);
  await bobs.close();
});
