import type { Page } from "@playwright/test";
import { expectAccessible, expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { type Clouds, expect, readClouds, test } from "./clouds";
import {
  connect,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  shareWith,
  textOf,
} from "./people";
import { choose, chooseNew, openEntry, rowOf, toast } from "./screens";

// Writing in texts: what is saved, what is asked before something is lost, and what two make of one file.
let clouds: Clouds;
test.beforeAll(() => {
  clouds = readClouds();
});

const area = (page: Page, name: string) => page.getByRole("textbox", { name: `Text of ${name}` });
const status = (page: Page) => page.getByTestId("editor").getByRole("status").first();

async function write(page: Page, name: string, text: string): Promise<void> {
  await area(page, name).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await expect(status(page)).toHaveText("Not saved yet");
}

test("a new text is made from the menu, written with how it reads beside it, and saved by Ctrl S", async ({
  context,
}) => {
  const alice = await makeMember(clouds.a, "Alice");
  const page = await openAs(context, alice);
  await chooseNew(page, "New text file…");
  const dialog = page.getByRole("dialog", { name: "New text file" });
  await expectAccessibleEverywhere(page);
  await dialog.getByLabel("Name").fill("Plan");
  await dialog.getByRole("button", { name: "Create" }).click();

  await write(page, "Plan.md", "# The plan\n<img src=x onerror=\"document.title='run'\"><script>alert(1)</script>\n");

  const reads = page.getByRole("region", { name: "How it reads" });
  await expect(reads.getByRole("heading", { name: "The plan" })).toBeVisible();
  await expect(reads.locator("img, script")).toHaveCount(0);
  await expectAccessible(page);
  await page.keyboard.press("Control+s");
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/Plan.md")).toContain("# The plan\n");
  await expectToFitPhone(page);
  await page.getByTestId("editor").getByRole("button", { name: "Close" }).click();
  await expect(rowOf(page, "Plan.md")).toBeVisible();
  expect(await page.title()).not.toBe("run");
});

test("what is not saved is not lost by closing, going back or leaving", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  await putFile(alice, "/list.txt", "\ufeffMilk\r\nBread\r\n");
  const page = await openAs(context, alice);
  await openEntry(page, "list.txt");
  await page.getByTestId("preview").getByRole("button", { name: "Edit" }).click();
  await write(page, "list.txt", "Salt");

  await page.getByTestId("editor").getByRole("button", { name: "Close" }).click();
  const question = page.getByRole("dialog", { name: "Close without saving?" });
  await expectAccessibleEverywhere(page);
  await question.getByRole("button", { name: "Cancel" }).click();
  await page.evaluate(() => window.history.back());
  await expect(page.getByTestId("editor")).toHaveCount(0);
  await toast(page, "What you wrote in “list.txt” is not saved yet.")
    .getByRole("button", { name: "Go on writing" })
    .click();
  await expect(area(page, "list.txt")).toContainText("Salt");
  const asked = page.waitForEvent("dialog");
  await page.evaluate(() => setTimeout(() => window.location.reload()));
  expect((await asked).type()).toBe("beforeunload");
  await (await asked).dismiss();

  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/list.txt")).toBe("\ufeffMilk\r\nBread\r\nSalt");
  await write(page, "list.txt", " and more");
  await page.getByTestId("editor").getByRole("button", { name: "Close" }).click();
  await question.getByRole("button", { name: "Discard what I wrote" }).click();
  await expect(page.getByTestId("editor")).toHaveCount(0);
  expect(await textOf(alice, "/list.txt")).toBe("\ufeffMilk\r\nBread\r\nSalt");
});

test("what two write in one file is shown side by side, and nothing of either is lost", async ({ context }) => {
  const [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await makeFolder(alice, "/Notes");
  await putFile(alice, "/Notes/talk.md", "Hello\n");
  await shareWith(alice, bob, id, { role: "editor" });
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "Notes")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
  const page = await openAs(context, bob, "/files/Notes?open=talk.md&edit=1");
  const clash = page.getByTestId("clash-dialog");

  // In somebody else's folder, without anybody else in it.
  await write(page, "talk.md", "from Bob\n");
  await page.keyboard.press("Control+s");
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/Notes/talk.md")).toBe("Hello\nfrom Bob\n");

  await putFile(alice, "/Notes/talk.md", "Hello\nfrom Alice\n");
  await write(page, "talk.md", "again\n");
  await page.keyboard.press("Control+s");
  await expect(clash).toContainText("from Alice");
  await expect(clash).toContainText("again");
  await expectAccessibleEverywhere(page);
  expect(await textOf(alice, "/Notes/talk.md")).toBe("Hello\nfrom Alice\n");
  await clash.getByRole("button", { name: "Save mine as a copy" }).click();
  await expect(toast(page, "What you wrote is saved as “talk (2).md”")).toBeVisible();
  await expect(area(page, "talk (2).md")).toContainText("again");
  expect(await textOf(alice, "/Notes/talk (2).md")).toBe("Hello\nfrom Bob\nagain\n");
  expect(await textOf(alice, "/Notes/talk.md")).toBe("Hello\nfrom Alice\n");

  await putFile(alice, "/Notes/talk (2).md", "Alice was here\n");
  await write(page, "talk (2).md", "more\n");
  await page.keyboard.press("Control+s");
  await clash.getByRole("button", { name: "Load theirs" }).click();
  await expect(area(page, "talk (2).md")).toHaveText("Alice was here");
  await expect(status(page)).toHaveText("Saved");

  await putFile(alice, "/Notes/talk (2).md", "Alice again\n");
  await write(page, "talk (2).md", "Bob insists\n");
  await page.keyboard.press("Control+s");
  await clash.getByRole("button", { name: "Replace theirs" }).click();
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/Notes/talk (2).md")).toBe("Alice was here\nBob insists\n");

  await alice.client.json("DELETE", `/api/files?path=${encodeURIComponent("/Notes/talk (2).md")}`);
  await write(page, "talk (2).md", "still\n");
  await page.keyboard.press("Control+s");
  await expect(clash).toContainText("no longer there");
  await clash.getByRole("button", { name: "Save it there" }).click();
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/Notes/talk (2).md")).toBe("Alice was here\nBob insists\nstill\n");
});

test("what one wrote is kept where the file or its whole folder is gone", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  await makeFolder(alice, "/Box");
  await putFile(alice, "/Box/poem.txt", "Roses\n");
  const page = await openAs(context, alice, "/files/Box?open=poem.txt&edit=1");
  await write(page, "poem.txt", "are red\n");
  await alice.client.json("DELETE", `/api/files?path=${encodeURIComponent("/Box")}`);

  // Left and found again, although nothing of it is there to be read.
  await page.evaluate(() => window.history.pushState(null, "", "/files"));
  await toast(page, "What you wrote in “poem.txt” is not saved yet.")
    .getByRole("button", { name: "Go on writing" })
    .click();
  await expect(area(page, "poem.txt")).toContainText("are red");
  await page.keyboard.press("Control+s");
  const clash = page.getByTestId("clash-dialog");
  await clash.getByRole("button", { name: "Save it there" }).click();
  await expect(clash).toContainText("The folder of “poem.txt” is gone");
  await expectAccessibleEverywhere(page);
  await clash.getByRole("button", { name: "Save it in Files" }).click();

  await expect(toast(page, "What you wrote is saved as “poem.txt” in Files.")).toBeVisible();
  await expect(area(page, "poem.txt")).toContainText("are red");
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/poem.txt")).toBe("Roses\nare red\n");
});

test("nobody is told of a change that is none, and what cannot be compared can be replaced", async ({ context }) => {
  const alice = await makeMember(clouds.a, "Alice");
  await putFile(alice, "/sum.txt", "1\n");
  const page = await openAs(context, alice, "/files?open=sum.txt&edit=1");
  await write(page, "sum.txt", "2\n");
  await putFile(alice, "/sum.txt", "other\n");
  await putFile(alice, "/sum.txt", "1\n");

  await page.keyboard.press("Control+s");

  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/sum.txt")).toBe("1\n2\n");
  // Stored, but the answer is lost on its way.
  await page.route("**/content/files?**", async (route) => {
    if (route.request().method() === "PUT") await putFile(alice, "/sum.txt", "1\n2\n3\n");
    await route.abort();
  });
  await write(page, "sum.txt", "3\n");
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("alert")).toContainText("What you wrote is still here");
  await page.unroute("**/content/files?**");
  await write(page, "sum.txt", "4\n");
  await page.keyboard.press("Control+s");
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/sum.txt")).toBe("1\n2\n3\n4\n");
  await write(page, "sum.txt", "5\n");
  await putFile(alice, "/sum.txt", Buffer.from([0x4d, 0xfc, 0x6c, 0x6c]));
  await page.keyboard.press("Control+s");
  const clash = page.getByTestId("clash-dialog");
  await expect(clash).toContainText("cannot be shown beside yours");
  await expect(clash.getByRole("button", { name: "Load theirs" })).toHaveCount(0);
  await expectAccessibleEverywhere(page);
  await clash.getByRole("button", { name: "Replace theirs" }).click();
  await expect(status(page)).toHaveText("Saved");
  expect(await textOf(alice, "/sum.txt")).toBe("1\n2\n3\n4\n5\n");
});

test("what would be harmed is not edited, and what may only be viewed has no such action", async ({ context }) => {
  const [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  await putFile(alice, "/old.txt", Buffer.from([0x4d, 0xfc, 0x6c, 0x6c]));
  const { id } = await makeFolder(alice, "/Seen");
  await putFile(alice, "/Seen/a.txt", "A");
  await shareWith(alice, bob, id);
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "Seen")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);

  const page = await openAs(context, alice);
  await choose(page, "old.txt", "Edit");
  await expect(page.getByRole("alert")).toContainText("It would be harmed if it were edited here.");
  const bobs = await openAs(context, bob, "/files/Seen?open=a.txt");
  await expect(bobs.getByTestId("preview").getByText("A", { exact: true })).toBeVisible();
  await expect(bobs.getByRole("button", { name: "Edit" })).toHaveCount(0);
  expect(await namesIn(alice, "/")).toEqual(["Seen", "old.txt"]);
});
