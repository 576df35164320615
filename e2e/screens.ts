import { expect, type Locator, type Page } from "@playwright/test";

// What a person does on the screens, in the words that stand there.

/** The row of a file or folder. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByTestId("file-row").and(page.locator(`[data-name="${name}"]`));

/** Chooses from the menu of a row in Files. */
export async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

/** Opens a folder or a file of the list by its name. */
export const openEntry = (page: Page, name: string) =>
  rowOf(page, name).getByRole("link", { name, exact: true }).click();

/** Drops files from outside the browser on the page. */
export async function dropFiles(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 640, y: 400, data });
  }
  await session.detach();
}

/** Begins an upload that takes half a minute, and sees it begun. Returns what gives the page its speed back. */
export async function uploadSlowly(page: Page, name: string): Promise<() => Promise<void>> {
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 256 * 1024 };
  await network.send("Network.emulateNetworkConditions", slow);
  const file = { name, mimeType: "application/octet-stream", buffer: Buffer.alloc(8 * 1024 * 1024, 1) };
  await page.getByTestId("upload-files").first().setInputFiles(file);
  await expect(page.getByRole("progressbar", { name: `Uploading ${name}` })).toBeVisible();
  return () => network.detach();
}

export async function closeUploads(page: Page): Promise<void> {
  const panel = page.getByRole("region", { name: "Uploads" });
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toHaveCount(0);
}

type Offer = { search: string; person: string | RegExp; role?: "Can view" | "Can edit"; note?: string };

/** In the share dialog of something in Files: finds a person by typing, picks, and shares. The dialog stays open. */
export async function share(page: Page, name: string, { search, person, role, note }: Offer): Promise<Locator> {
  await choose(page, name, "Share…");
  const dialog = page.getByTestId("share-dialog");
  await dialog.getByTestId("person-box").fill(search);
  await dialog.getByTestId("suggestion").filter({ hasText: person }).first().click();
  if (role) {
    await dialog.getByRole("combobox", { name: "Permission" }).click();
    await page.getByRole("option", { name: role }).click();
  }
  if (note) await dialog.getByLabel("Note").fill(note);
  await dialog.getByTestId("send-share").click();
  await expect(dialog.getByTestId("person-box")).toBeVisible();
  return dialog;
}

/** In an open share dialog: gives somebody another role. */
export async function changeRole(page: Page, person: string, role: "Can view" | "Can edit"): Promise<void> {
  await page.getByRole("combobox", { name: `Permission of ${person}` }).click();
  await page.getByRole("option", { name: role }).click();
}

/** Where the link of an invite leads: says which cloud is one's own. */
export async function chooseCloud(page: Page, home: string): Promise<void> {
  await page.getByTestId("wayf-provider").fill(home);
  await page.getByTestId("wayf-continue").click();
}

export const closeDialog = (page: Page) => page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

/** Goes through the navigation, as one who does not reload. */
export const goTo = (page: Page, place: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place }).first().click();

/** What the bell says, read until it says this. */
export async function expectNotice(page: Page, sentence: string | RegExp): Promise<void> {
  const bell = page.getByTestId("bell").first();
  await expect(bell).toHaveAccessibleName(/new$/);
  await bell.click();
  await expect(page.getByRole("dialog", { name: "Notices" }).getByText(sentence).first()).toBeVisible();
  await page.keyboard.press("Escape");
}

/** A passing message. */
export const toast = (page: Page, words: string) =>
  page.locator("[data-sonner-toast]").filter({ hasText: words }).last();

/** Chooses from the menu of “New”. */
export async function chooseNew(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: action }).click();
}
