import type { BrowserContext, Page } from "@playwright/test";
import { type Clouds, expect, readClouds, test } from "./clouds";
import { type Member, makeAliceAndBob, makeFolder, openAs, putFile, receivedShares, shareWith } from "./people";
import { openEntry } from "./screens";

// Whatever a file contains, opening it runs nothing on our origin: one's own, and one that comes from another cloud.
const SCRIPT = "for (const w of [window, parent, top]) try { w.pwned() } catch {}";
const HOSTILE = {
  "page.html": `<!doctype html><script>${SCRIPT}</script><img src=x onerror="${SCRIPT}"><body onload="${SCRIPT}">`,
  "page.xhtml": `<html xmlns="http://www.w3.org/1999/xhtml"><script>${SCRIPT}</script></html>`,
  "drawing.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="${SCRIPT}"><script>${SCRIPT}</script></svg>`,
  "text.md": `# Title\n\n<script>${SCRIPT}</script>\n\n<img src=x onerror="${SCRIPT}">\n\n[press me](javascript:pwned())\n\n![](javascript:pwned())`,
  "text.txt": `<script>${SCRIPT}</script>`,
  "script.js": SCRIPT,
  "picture.png": `<script>${SCRIPT}</script>`,
  "paper.pdf": `<html><script>${SCRIPT}</script></html>`,
  "nothing.unknown": `<!doctype html><script>${SCRIPT}</script>`,
  "<img src=x onerror=pwned()>.txt": "A name can be hostile too.",
};

let clouds: Clouds;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  clouds = readClouds();
  [alice, bob] = await makeAliceAndBob(clouds);
  const { id } = await makeFolder(alice, "/Hostile");
  for (const [name, content] of Object.entries(HOSTILE)) await putFile(alice, `/Hostile/${name}`, content);
  await shareWith(alice, bob, id);
  await expect.poll(async () => (await receivedShares(bob)).length).toBe(1);
  const [offer] = await receivedShares(bob);
  await bob.client.json("POST", `/api/shares/received/${offer?.id}/accept`);
});

/** Counts what runs, in whichever frame. */
async function watch(context: BrowserContext): Promise<() => number> {
  let runs = 0;
  await context.exposeFunction("pwned", () => {
    runs++;
  });
  return () => runs;
}

/** In every way in which a page can take something in; resolves when what tells of its end has ended. */
async function embedEverywhere(address: string): Promise<void> {
  const ends = ["iframe", "object", "embed", "img", "script"].map((kind) => {
    const element = document.createElement(kind);
    element.setAttribute(kind === "object" ? "data" : "src", address);
    document.body.append(element);
    return new Promise((resolve) => {
      element.onload = resolve;
      element.onerror = resolve;
      // Frames say nothing of an attachment.
      if (kind !== "img" && kind !== "script") resolve(null);
    });
  });
  await Promise.all(ends);
}

/** What could run has had its turns. */
async function comeToRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

for (const [whose, member] of [
  ["one’s own", () => alice],
  ["of a person on another cloud", () => bob],
] as const) {
  test(`no preview runs what is in a file ${whose}`, async ({ context }) => {
    const runs = await watch(context);
    const page = await openAs(context, member(), "/files/Hostile");

    for (const name of Object.keys(HOSTILE)) {
      await openEntry(page, name);
      const preview = page.getByTestId("preview");
      await expect(preview.getByRole("heading", { name, exact: true }).first()).toBeVisible();
      const shown = preview.locator("pre, article, iframe, img").or(preview.getByText("Download it to open it."));
      await expect(shown.first()).toBeVisible();
      await comeToRest(page);
      await preview.getByRole("button", { name: "Close" }).click();
    }

    expect(runs()).toBe(0);
  });

  test(`no address of a file ${whose} runs what is in it`, async ({ context }) => {
    const runs = await watch(context);
    const page = await openAs(context, member(), "/files/Hostile");

    for (const name of Object.keys(HOSTILE)) {
      const address = `${member().cloud.origin}/content/files?path=${encodeURIComponent(`/Hostile/${name}`)}`;
      const { headers, body } = await member().client.send("GET", address.slice(member().cloud.origin.length));
      await body.dump();
      expect.soft(headers["x-content-type-options"], name).toBe("nosniff");
      expect.soft(headers["content-security-policy"], name).toContain("default-src 'none'");
      // What is an attachment starts a download instead of a page.
      await page.goto(address).catch(() => {});
      await page.goto(`${member().cloud.origin}/files/Hostile`);
      await page.evaluate(embedEverywhere, address);
      await comeToRest(page);
    }

    expect(runs()).toBe(0);
  });
}

test("the watch would see it if something ran", async ({ context }) => {
  const runs = await watch(context);
  const page = await openAs(context, alice);

  await page.evaluate(SCRIPT);

  await expect.poll(runs).toBeGreaterThan(0);
});
