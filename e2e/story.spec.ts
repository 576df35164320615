import { readFileSync, writeFileSync } from "node:fs";
import type { BrowserContext, Page } from "@playwright/test";
import { visit } from "@/tests/cloud-client";
import { expectAccessible, expectAccessibleEverywhere } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import { fillSignIn, type Member, makeMember, openAs } from "./people";
import { PDF, PIXEL } from "./samples";
import {
  changeRole,
  choose,
  chooseCloud,
  chooseNew,
  closeDialog,
  closeUploads,
  dropFiles,
  expectNotice,
  goTo,
  openEntry,
  rowOf,
  share,
  toast,
  uploadSlowly,
} from "./screens";

// Two people on two clouds, from the first start of one of them to the end of their acquaintance.
test.describe.configure({ mode: "serial" });

const FIRST_PASSWORD = "given by the administrator";
const PASSWORD = "chosen by Alice herself";

let clouds: Clouds;
let bob: Member;
let contexts: BrowserContext[];
let admin: Page;
let alices: Page;
let bobs: Page;
let inviteLink: string;

test.beforeAll(async ({ browser }) => {
  clouds = readClouds();
  bob = await makeMember(clouds.b, "Bob");
  contexts = await Promise.all([browser.newContext(), browser.newContext(), browser.newContext()]);
  [admin, alices, bobs] = (await Promise.all(contexts.map((context) => context.newPage()))) as [Page, Page, Page];
});
test.afterAll(() => Promise.all(contexts.map((context) => context.close())));

const alicesHome = () => clouds.fresh.origin;
const shareRow = (person: string) => alices.getByTestId("access-row").filter({ hasText: person });
/** Names and contents of files on disk, to be chosen or dropped. */
function onDisk(files: Record<string, string | Buffer>): string[] {
  return Object.entries(files).map(([name, content]) => {
    const file = test.info().outputPath(name);
    writeFileSync(file, content);
    return file;
  });
}

test.describe("the first run", () => {
  test("opens with the printed link, makes the administrator, and is gone for good", async () => {
    await admin.goto(alicesHome());
    await expect(admin.getByRole("heading", { name: "Not set up yet" })).toBeVisible();
    await admin.goto(clouds.fresh.setupUrl);
    await expectAccessibleEverywhere(admin);

    await admin.getByLabel("Name of this cloud").fill("Alice’s cloud");
    await admin.getByLabel("Your name").fill("Administrator");
    await admin.getByLabel("User name").fill("admin");
    await admin.getByLabel("Password", { exact: true }).fill(clouds.fresh.admin.password);
    await admin.getByRole("button", { name: "Set up" }).click();
    await admin.waitForURL("**/files");

    await expect(admin.getByRole("button", { name: "Account of Administrator" })).toBeVisible();
    const again = await admin.goto(clouds.fresh.setupUrl);
    expect(again?.status()).toBe(404);
    await expectAccessible(admin);
    const code = new URL(clouds.fresh.setupUrl).searchParams.get("code");
    const second = await visit(alicesHome()).send("POST", "/api/setup", {
      body: JSON.stringify({ code, siteName: "Mine", displayName: "Eve", userName: "eve", password: "0123456789" }),
      headers: { "content-type": "application/json" },
    });
    expect(second.statusCode).toBe(409);
  });

  test("lets the administrator create a person", async () => {
    await admin.goto(`${alicesHome()}/admin/people`);
    await admin.getByTestId("create-person").click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Alice");
    await dialog.getByLabel("User name").fill("Alice!");
    await dialog.getByLabel("Mail").fill("alice@example.org");
    await dialog.getByLabel("First password").fill(FIRST_PASSWORD);
    await dialog.getByRole("button", { name: "Add" }).click();
    await expect(dialog.getByText("Use lower-case letters, digits, dot, dash and underscore.")).toBeVisible();
    await expectAccessibleEverywhere(admin);

    await dialog.getByLabel("User name").fill("alice");
    await dialog.getByRole("button", { name: "Add" }).click();

    await expect(admin.getByTestId("person-row").filter({ hasText: "alice@example.org" })).toBeVisible();
    await expectAccessible(admin);
  });
});

test.describe("signing in", () => {
  test("says plainly that the password is wrong", async () => {
    await alices.goto(alicesHome());
    await expectAccessible(alices);

    await fillSignIn(alices, "alice", "not this one");

    await expect(alices.getByText("The user name or the password is not right.")).toBeVisible();
  });

  test("with a first password asks for another, and nothing else can be done before", async () => {
    await fillSignIn(alices, "alice", FIRST_PASSWORD);
    await alices.waitForURL("**/change-password**");
    await alices.goto(`${alicesHome()}/files`);
    await alices.waitForURL("**/change-password**");
    await expectAccessibleEverywhere(alices);

    await alices.getByLabel("New password").fill(PASSWORD);
    await alices.getByRole("button", { name: "Change password" }).click();

    await alices.waitForURL("**/files");
  });

  test("works with the mail address too, after signing out", async () => {
    await alices.getByRole("button", { name: "Account of Alice" }).click();
    await alices.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(alices).toHaveURL(/\/sign-in/);

    await fillSignIn(alices, "Alice@example.org", PASSWORD);

    await alices.waitForURL("**/files");
    await expect(alices.getByText("Nothing here yet")).toBeVisible();
    await expectAccessible(alices);
  });
});

test.describe("own files", () => {
  test("are uploaded from a dialog and by dropping them", async () => {
    const chosen = onDisk({ "notes.txt": "Buy milk", "readme.md": "# Reading\n\n<b>me</b> *now*" });
    const dropped = onDisk({ "picture.png": Buffer.from(PIXEL, "base64"), "paper.pdf": PDF });

    await alices.getByTestId("upload-files").first().setInputFiles(chosen);
    await expect(rowOf(alices, "readme.md")).toBeVisible();
    await dropFiles(alices, dropped);

    for (const name of ["notes.txt", "readme.md", "picture.png", "paper.pdf"]) {
      await expect(rowOf(alices, name)).toBeVisible();
    }
    await expectAccessible(alices);
    await closeUploads(alices);
  });

  test("are never replaced without a question", async () => {
    await alices
      .getByTestId("upload-files")
      .first()
      .setInputFiles(onDisk({ "notes.txt": "Buy bread" }));
    await expect(alices.getByRole("dialog", { name: "“notes.txt” is there already" })).toBeVisible();
    await expectAccessibleEverywhere(alices);

    await alices.getByRole("button", { name: "Keep both" }).click();

    await expect(rowOf(alices, "notes (2).txt")).toBeVisible();
    await closeUploads(alices);
  });

  test("that one stops uploading are not there", async () => {
    const speedUp = await uploadSlowly(alices, "long.bin");
    await alices.getByRole("button", { name: "Cancel long.bin" }).click();
    await expect(alices.getByText("Not uploaded")).toBeVisible();
    await expectAccessible(alices);
    await speedUp();

    await closeUploads(alices);
    await alices.reload();
    await expect(rowOf(alices, "notes.txt")).toBeVisible();
    await expect(rowOf(alices, "long.bin")).toHaveCount(0);
  });

  test("stand in folders, get other names, and move", async () => {
    await chooseNew(alices, "New folder…");
    await alices.getByRole("dialog").getByLabel("Name").fill("Holidays");
    await alices.getByRole("button", { name: "Create" }).click();
    await expect(rowOf(alices, "Holidays")).toBeVisible();

    await choose(alices, "notes (2).txt", "Rename");
    await alices.getByLabel("New name of notes (2).txt").fill("bread.txt");
    await alices.keyboard.press("Enter");
    await expect(rowOf(alices, "bread.txt")).toBeVisible();

    await choose(alices, "bread.txt", "Move…");
    const dialog = alices.getByRole("dialog", { name: "Move “bread.txt”" });
    await dialog.getByRole("button", { name: "Holidays" }).click();
    await expectAccessibleEverywhere(alices);
    await dialog.getByRole("button", { name: "Move here" }).click();
    await expect(rowOf(alices, "bread.txt")).toHaveCount(0);

    await openEntry(alices, "Holidays");
    await expect(rowOf(alices, "bread.txt")).toBeVisible();
  });

  test("go to the trash, and come back by undo or by restoring", async () => {
    await choose(alices, "bread.txt", "Delete");
    await expect(rowOf(alices, "bread.txt")).toHaveCount(0);
    await toast(alices, "moved to the trash").getByRole("button", { name: "Undo" }).click();
    await expect(rowOf(alices, "bread.txt")).toBeVisible();

    await choose(alices, "bread.txt", "Delete");
    await goTo(alices, "Trash");
    const trashed = alices.getByTestId("trash-row").filter({ hasText: "bread.txt" });
    await expect(trashed).toContainText("From Holidays");
    await expectAccessible(alices);
    await trashed.getByRole("button", { name: "Restore" }).click();

    await expect(trashed).toHaveCount(0);
    await goTo(alices, "Files");
    await openEntry(alices, "Holidays");
    await expect(rowOf(alices, "bread.txt")).toBeVisible();
  });

  test("open in a preview", async () => {
    await goTo(alices, "Files");
    const preview = alices.getByTestId("preview");

    await openEntry(alices, "notes.txt");
    await expect(preview.getByText("Buy milk")).toBeVisible();
    await expectAccessible(alices);
    await preview.getByRole("button", { name: "Close" }).click();

    await openEntry(alices, "readme.md");
    await expect(preview.getByRole("heading", { name: "Reading" })).toBeVisible();
    await expect(preview.locator("article b")).toHaveCount(0);
    await expectAccessible(alices);
    await preview.getByRole("button", { name: "Close" }).click();

    await openEntry(alices, "picture.png");
    const width = () => preview.getByRole("img").evaluate((image: HTMLImageElement) => image.naturalWidth);
    await expect.poll(width).toBe(10);
    await expectAccessible(alices);
    await preview.getByRole("button", { name: "Close" }).click();

    const loaded = alices.waitForResponse((response) => response.url().includes("paper.pdf&v="));
    await openEntry(alices, "paper.pdf");
    expect((await loaded).headers()["content-type"]).toBe("application/pdf");
    await expect(preview.getByTitle("paper.pdf")).toBeVisible();
    await expectAccessible(alices);
    await preview.getByRole("button", { name: "Close" }).click();
  });

  test("are downloaded as they were", async () => {
    const started = alices.waitForEvent("download");
    await choose(alices, "notes.txt", "Download");
    const download = await started;

    expect(download.suggestedFilename()).toBe("notes.txt");
    expect(readFileSync(await download.path(), "utf8")).toBe("Buy milk");
  });
});

test.describe("an invite", () => {
  test("is made in one click: a link, a code, a picture and a text for a mail", async () => {
    await goTo(alices, "Invites");
    await expectAccessible(alices);

    await alices.getByTestId("invite-someone").click();

    const dialog = alices.getByRole("dialog", { name: "Your invite is ready" });
    inviteLink = await dialog.getByTestId("invite-link").innerText();
    expect(inviteLink).toMatch(new RegExp(`^${alicesHome()}/invite\\?token=[\\w-]{22,}$`));
    await expectAccessibleEverywhere(alices);
    await dialog.getByRole("tab", { name: "Code", exact: true }).click();
    const code = await dialog.getByTestId("invite-code").innerText();
    const token = new URL(inviteLink).searchParams.get("token");
    expect(Buffer.from(code, "base64url").toString()).toBe(`${token}@${clouds.fresh.provider}`);
    await dialog.getByRole("tab", { name: "QR code" }).click();
    await expect(dialog.getByRole("img", { name: "QR code of the invite link" })).toBeVisible();
    await dialog.getByRole("tab", { name: "Mail" }).click();
    await expect(dialog.getByTestId("invite-mail")).toContainText(inviteLink);
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(alices.getByTestId("invite-row")).toContainText("Waiting");
  });

  test("leads the invitee from the inviter’s cloud to the own one, and through signing in", async () => {
    await bobs.goto(inviteLink);
    await expect(bobs.getByRole("heading", { name: "Where are you from?" })).toBeVisible();
    await expectAccessible(bobs);
    await chooseCloud(bobs, "nothing.localhost");
    await expect(bobs.getByRole("alert").filter({ hasText: "No cloud answers at nothing.localhost." })).toBeVisible();

    await chooseCloud(bobs, clouds.b.origin);
    await bobs.waitForURL(`${clouds.b.origin}/sign-in**`);
    await expect(bobs.getByText("Then you can answer the invite.")).toBeVisible();
    await fillSignIn(bobs, bob.userName, bob.password);

    await bobs.waitForURL(`${clouds.b.origin}/invite/accept**`);
    await expect(bobs.getByText("Alice would like to share with you.")).toBeVisible();
    await expect(bobs.getByText(clouds.fresh.provider)).toBeVisible();
    await expectAccessibleEverywhere(bobs);
  });

  test("is shown again and copied, and opens nothing from the moment it is revoked, also where it was pasted", async () => {
    await contexts[1]?.grantPermissions(["clipboard-read", "clipboard-write"], { origin: alicesHome() });
    await alices.getByTestId("invite-someone").click();
    const dialog = alices.getByRole("dialog", { name: "Your invite is ready" });
    await dialog.getByTestId("invite-note").fill("Eve, by mistake");
    await dialog.getByRole("button", { name: "Done" }).click();
    const row = alices.getByTestId("invite-row").filter({ hasText: "Eve, by mistake" });
    await row.getByRole("button", { name: "Show again" }).click();
    await dialog.getByRole("tab", { name: "Code", exact: true }).click();
    const code = await dialog.getByTestId("invite-code").innerText();
    await dialog.getByRole("button", { name: "Copy" }).click();
    await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await alices.evaluate(() => navigator.clipboard.readText())).toBe(code);
    await closeDialog(alices);

    await bobs.goto(`${clouds.b.origin}/invites`);
    await bobs.getByTestId("accept-an-invite").click();
    const accept = bobs.getByRole("dialog", { name: "Accept an invite" });
    await expectAccessibleEverywhere(bobs);
    await accept.getByTestId("invite-text").fill(code);
    await accept.getByTestId("invite-look").click();
    await expect(accept).toContainText("Alice would like to share with you.");
    await expect(accept.getByText(clouds.fresh.provider)).toBeVisible();
    await expectAccessibleEverywhere(bobs);
    await row.getByRole("button", { name: "Revoke" }).click();
    await expect(row).toContainText("Revoked");
    await expect(row.getByRole("button")).toHaveCount(0);
    await accept.getByTestId("accept-invite").click();

    await expect(accept.getByRole("alert")).toContainText("This invite was revoked. Ask for a new one.");
    await accept.getByText("Close", { exact: true }).click();
    await bobs.goBack();
  });

  test("makes both people contacts, and the inviter is told", async () => {
    await bobs.getByTestId("accept-invite").click();
    await expect(bobs.getByText("You are connected")).toBeVisible();
    await expectAccessible(bobs);

    await expect(alices.getByTestId("invite-row").filter({ hasText: "Used" })).toContainText("Bob");
    await expectNotice(alices, "Bob accepted your invite");
    await goTo(alices, "Contacts");
    await expect(alices.getByTestId("contact-row")).toContainText(["Bob"]);
    await expectAccessible(alices);
    await bobs.getByRole("link", { name: "Contacts" }).click();
    await expect(bobs.getByTestId("contact-row")).toContainText(["Alice"]);
    await bobs.getByLabel("Search contacts").fill("nobody like this");
    await expect(bobs.getByText("Nobody is called that")).toBeVisible();
  });
});

test.describe("a folder that is shared with a person on another cloud", () => {
  test("is offered by picking a name", async () => {
    await goTo(bobs, "Shared with me");
    await expect(bobs.getByText("Nothing is shared with you yet")).toBeVisible();
    await goTo(alices, "Files");

    const offer = { search: "bo", person: "Bob", role: "Can edit", note: "From the seaside" } as const;
    const dialog = await share(alices, "Holidays", offer);

    await expect(dialog.getByTestId("access-row")).toContainText("Waiting for an answer");
    await expectAccessibleEverywhere(alices);
  });

  test("appears to the other without reload, and the sharer sees the yes", async () => {
    const offer = bobs.getByTestId("offer");
    await expect(offer).toContainText("Holidays");
    for (const words of ["Alice", clouds.fresh.provider, "Can edit", "From the seaside"]) {
      await expect(offer).toContainText(words);
    }
    await expectAccessible(bobs);
    await expectNotice(bobs, "Alice wants to share “Holidays” with you");

    await offer.getByTestId("accept").click();

    await expect(bobs.getByTestId("received-share")).toContainText("Holidays");
    await expect(shareRow("Bob")).toContainText("Accepted");
    await closeDialog(alices);
    await expectNotice(alices, "Bob accepted “Holidays”");
  });

  test("is browsed, previewed and downloaded on the receiver’s cloud", async () => {
    await bobs.getByRole("link", { name: "Holidays" }).click();
    await expect(bobs.getByText("Shared by Alice")).toBeVisible();
    await expectAccessible(bobs);

    await openEntry(bobs, "bread.txt");
    await expect(bobs.getByTestId("preview").getByText("Buy bread")).toBeVisible();
    await bobs.getByTestId("preview").getByRole("button", { name: "Close" }).click();
    const started = bobs.waitForEvent("download");
    await choose(bobs, "bread.txt", "Download");

    expect(readFileSync(await (await started).path(), "utf8")).toBe("Buy bread");
  });

  test("takes uploads, new names and deletions, which the sharer sees at home", async () => {
    await openEntry(alices, "Holidays");
    await bobs
      .getByTestId("upload-files")
      .first()
      .setInputFiles(onDisk({ "photo.txt": "A photo", "spare.txt": "Two" }));
    await expect(rowOf(alices, "photo.txt")).toBeVisible();
    await expect(rowOf(alices, "spare.txt")).toBeVisible();
    await closeUploads(bobs);

    await choose(bobs, "photo.txt", "Rename");
    await bobs.getByLabel("New name of photo.txt").fill("beach.txt");
    await bobs.keyboard.press("Enter");
    await expect(rowOf(alices, "beach.txt")).toBeVisible();
    await choose(bobs, "spare.txt", "Delete");
    await bobs.getByRole("dialog").getByRole("button", { name: "Delete" }).click();

    await expect(rowOf(alices, "spare.txt")).toHaveCount(0);
    await openEntry(alices, "beach.txt");
    await expect(alices.getByTestId("preview").getByText("A photo")).toBeVisible();
    await alices.getByTestId("preview").getByRole("button", { name: "Close" }).click();
  });

  test("can be viewed only, from the moment the sharer says so", async () => {
    await goTo(alices, "Files");
    await choose(alices, "Holidays", "Share…");

    await changeRole(alices, "Bob", "Can view");

    await expect(shareRow("Bob").getByRole("combobox")).toHaveText("Can view");
    await expect(bobs.getByText("Can view", { exact: true })).toBeVisible();
    await expect(bobs.getByRole("button", { name: "Upload" })).toHaveCount(0);
    await expectNotice(bobs, "Alice changed what you can do with “Holidays”");
    const path = encodeURIComponent("/Holidays/late.txt");
    const refused = await bob.client.send("PUT", `/content/files?path=${path}`, { body: "Too late" });
    expect(refused.statusCode).toBe(403);
    expect((await refused.body.json()) as object).toMatchObject({ detail: expect.stringMatching(/\.$/) });
  });

  test("ends at the day that the sharer sets, which both see", async () => {
    const lastDay = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await shareRow("Bob")
      .getByRole("button", { name: /^No end/ })
      .click();
    await alices.getByLabel("Ends after").last().fill(lastDay);
    await expectAccessible(alices);
    await alices.getByRole("button", { name: "Set" }).click();

    await expect(shareRow("Bob")).toContainText("Ends ");
    await goTo(bobs, "Shared with me");
    await expect(bobs.getByTestId("received-share")).toContainText("until ");
    await expectAccessible(bobs);
    await closeDialog(alices);
  });
});

test("an offer that the other declines stands so at the sharer’s", async () => {
  await share(alices, "picture.png", { search: "Bob", person: clouds.b.provider });

  await bobs.getByTestId("decline").click();

  await expect(bobs.getByTestId("offer")).toHaveCount(0);
  await expect(shareRow("Bob")).toContainText("Declined");
  await expectAccessible(alices);
  await closeDialog(alices);
  await expectNotice(alices, "Bob declined “picture.png”");
});

test.describe("a share with a person on the same cloud", () => {
  test("looks the same, and can be declined", async () => {
    await admin.goto(`${alicesHome()}/shared-with-me`);
    await expect(admin.getByText("Nothing is shared with you yet")).toBeVisible();

    const dialog = await share(alices, "notes.txt", { search: "admin", person: "Administrator" });

    await expect(admin.getByTestId("offer")).toContainText("Alice");
    await admin.getByTestId("decline").click();
    await expect(admin.getByTestId("offer")).toHaveCount(0);
    await expect(dialog.getByTestId("access-row")).toContainText("Declined");
    await closeDialog(alices);
    await expectNotice(alices, "Administrator declined “notes.txt”");
  });

  test("is opened without asking anybody", async () => {
    await share(alices, "readme.md", { search: "admin", person: "Administrator" });
    await closeDialog(alices);

    await admin.getByTestId("accept").click();
    await admin.getByTestId("received-share").getByRole("link", { name: "readme.md" }).click();

    await expect(admin.getByTestId("preview").getByRole("heading", { name: "Reading" })).toBeVisible();
  });
});

test.describe("the end of a share", () => {
  test("comes when the receiver leaves, and the sharer is told", async () => {
    const received = bobs.getByTestId("received-share").filter({ hasText: "Holidays" });
    await received.getByRole("button", { name: "Leave…" }).click();
    await expectAccessibleEverywhere(bobs);
    await bobs.getByRole("dialog").getByRole("button", { name: "Leave" }).click();

    await expect(received).toHaveCount(0);
    await expectNotice(alices, "Bob left “Holidays”");
  });

  test("comes when the sharer stops it, and the receiver is told", async () => {
    await share(alices, "Holidays", { search: "Bob", person: clouds.b.provider });
    await closeDialog(alices);
    await bobs.getByTestId("accept").click();
    await expect(bobs.getByTestId("received-share")).toContainText("Holidays");

    await goTo(alices, "Shared by me");
    const sent = alices.getByTestId("sent-share").filter({ hasText: "Accepted" }).filter({ hasText: "Bob" });
    await expectAccessible(alices);
    await sent.getByRole("button", { name: "Stop sharing…" }).click();
    await expectAccessibleEverywhere(alices);
    await alices.getByRole("dialog").getByRole("button", { name: "Stop sharing", exact: true }).click();

    await expect(bobs.getByText("Alice no longer shares this with you.")).toBeVisible();
    await expect(bobs.getByTestId("received-share")).toHaveCount(0);
    await goTo(bobs, "Files");
    await expect(rowOf(bobs, "Holidays")).toHaveCount(0);
  });

  test("comes both ways when a contact is removed", async () => {
    await bob.client.json("POST", "/api/files/folders", { path: "/Recipes" });
    await goTo(alices, "Files");
    await share(alices, "Holidays", { search: "Bob", person: clouds.b.provider });
    await closeDialog(alices);
    await goTo(bobs, "Shared with me");
    await bobs.getByTestId("accept").click();
    await expect(bobs.getByTestId("offer")).toHaveCount(0);
    await bobs.goto(`${clouds.b.origin}/files`);
    await share(bobs, "Recipes", { search: "Alice", person: clouds.fresh.provider });
    await closeDialog(bobs);
    await goTo(alices, "Shared with me");
    await alices.getByTestId("accept").click();
    await expect(alices.getByTestId("received-share")).toContainText("Recipes");

    await goTo(alices, "Contacts");
    await alices.getByRole("button", { name: "More about Bob" }).click();
    await alices.getByRole("menuitem", { name: "Remove…" }).click();
    const dialog = alices.getByRole("dialog");
    await expect(dialog.getByTestId("what-ends")).toContainText("Bob can no longer open “Holidays”.");
    await expect(dialog.getByTestId("what-ends")).toContainText("You can no longer open “Recipes”.");
    await expectAccessibleEverywhere(alices);
    await dialog.getByRole("button", { name: "Remove contact" }).click();

    await expect(alices.getByTestId("contact-row")).toHaveCount(0);
    await goTo(alices, "Shared with me");
    await expect(alices.getByTestId("received-share")).toHaveCount(0);
    await goTo(bobs, "Shared with me");
    await expect(bobs.getByTestId("received-share")).toHaveCount(0);
    await expectNotice(bobs, "Alice removed you as a contact. What you shared with each other has ended.");
  });
});

test("whoever is signed out everywhere is out at once", async ({ context }) => {
  const second = await openAs(context, bob, "/settings");
  await expectAccessible(second);

  await second.getByRole("button", { name: "Sign out everywhere" }).click();

  // Both the answer and the live stream send a page there: the one journey may break off the other.
  await expect(second).toHaveURL(/\/sign-in/);
  await expect(bobs).toHaveURL(/\/sign-in/);
});
