import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { findChromium } from "../scripts/lib/chromium.mjs";
import { fillFolder } from "./propfind";
import { person, type Setting } from "./setting";
import type { Row } from "./table";

const ENTRIES = 10_000;
const FRAMES = 400;
const STEP = 90;

/** Frames in a second while a folder of many thousands is scrolled through, beside those of a page with nothing on it. */
export async function scrolling(setting: Setting): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const alice = await person(cloud);
  const { id } = await alice.json<{ id: string }>("POST", "/api/files/folders", { path: "/Scrolled" });
  await fillFolder(cloud, id, ENTRIES);
  const browser = await chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await signIn(context, cloud.origin, alice.cookie());
    const page = await context.newPage();
    const bare = await framesOf(page);
    await page.goto(`${cloud.origin}/files/Scrolled`);
    await page.getByTestId("file-row").first().waitFor();
    await fetchAll(page);
    const list = await framesOf(page);
    await page.getByRole("button", { name: "Show as tiles" }).click();
    const tiles = await framesOf(page);
    const what = `frames while scrolling ${ENTRIES.toLocaleString("en")} entries`;
    const yardstick = { name: "an empty page", figure: bare };
    return [
      { what: `${what} as a list`, figure: list, unit: "/s", yardstick, target: 0.9, atLeast: true },
      { what: `${what} as tiles`, figure: tiles, unit: "/s", yardstick, target: 0.9, atLeast: true },
    ];
  } finally {
    await browser.close();
  }
}

async function signIn(context: BrowserContext, url: string, cookie: string): Promise<void> {
  const cookies = cookie.split("; ").map((pair) => {
    const [name = "", ...value] = pair.split("=");
    return { name, value: value.join("="), url };
  });
  await context.addCookies(cookies);
}

/** Goes to the end again and again, until all has been fetched. */
async function fetchAll(page: Page): Promise<void> {
  const grid = page.getByRole("grid");
  while ((await grid.getAttribute("aria-rowcount")) === "-1") {
    await grid.evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await page.waitForTimeout(100);
  }
  await grid.evaluate((list) => list.scrollTo(0, 0));
}

/** As many frames as come in a second while the list, where there is one, moves with each of them. Names no function, which the page would not know. */
function framesOf(page: Page): Promise<number> {
  return page.evaluate(
    async ([frames, step]) => {
      const list = document.querySelector("[role=grid]");
      for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
      const begin = await new Promise<number>(requestAnimationFrame);
      let end = begin;
      for (let frame = 0; frame < frames; frame++) {
        if (list) list.scrollTop += step;
        end = await new Promise(requestAnimationFrame);
      }
      return (frames * 1000) / (end - begin);
    },
    [FRAMES, STEP] as const,
  );
}
