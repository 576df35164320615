import { startMailServer } from "@/tests/mail-server";
import { expectAccessibleEverywhere } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import { fillSignIn, type Member, makeMember, openAs, signInAdmin } from "./people";
import { chooseCloud } from "./screens";

// An invite on its way: sent by the cloud itself, and through the first sign-in of whom it is for.
let clouds: Clouds;
let alice: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  alice = await makeMember(clouds.a, "Alice");
});

test("is sent by mail, and when the mail server does not take it, that is said", async ({ context }) => {
  const server = await startMailServer(clouds.mailPort);
  const page = await openAs(context, alice, "/invites");
  await page.getByTestId("invite-someone").click();
  const dialog = page.getByRole("dialog", { name: "Your invite is ready" });
  const link = await dialog.getByTestId("invite-link").innerText();
  const code = Buffer.from(`${new URL(link).searchParams.get("token")}@${clouds.a.provider}`).toString("base64url");
  await dialog.getByRole("tab", { name: "Mail" }).click();
  await dialog.getByLabel("Send it for me").fill("bob@example.org");

  server.refuse(true);
  await dialog.getByRole("button", { name: "Send" }).click();
  await expect(dialog).toContainText("The mail could not be sent. Try again, or copy the text.");
  await expectAccessibleEverywhere(page);
  expect(server.taken).toEqual([]);
  server.refuse(false);
  await dialog.getByRole("button", { name: "Send" }).click();

  await expect(dialog).toContainText("The invite is on its way to bob@example.org.");
  await expectAccessibleEverywhere(page);
  expect(server.taken.map(({ to }) => to)).toEqual([["bob@example.org"]]);
  for (const words of ["Alice would like to share files with you", link, code]) {
    expect(server.taken[0]?.text).toContain(words);
  }
  await server.stop();
});

test("is not lost by whoever signs in for the first time and has to choose a password", async ({ page }) => {
  const { client: admin } = await signInAdmin(clouds.b);
  const first = "to be replaced at once";
  const userName = `new-${process.pid}`;
  const mail = `${userName}@example.org`;
  await admin.json("POST", "/api/admin/people", { displayName: "Bob", userName, mail, password: first });
  const { invitation } = await alice.client.json<{ invitation: { link: string } }>("POST", "/api/invites", {});

  await page.goto(invitation.link);
  await chooseCloud(page, clouds.b.provider);
  await fillSignIn(page, userName, first);
  await page.waitForURL("**/change-password**");
  await page.getByLabel("New password").fill("the own choice of Bob");
  await page.getByRole("button", { name: "Change password" }).click();

  await page.waitForURL(`${clouds.b.origin}/invite/accept**`);
  await expect(page.getByText("Alice would like to share with you.")).toBeVisible();
  await page.getByTestId("accept-invite").click();
  await expect(page.getByText("You are connected")).toBeVisible();
});
