import { type Browser, chromium, type Page } from "@playwright/test";
import { findChromium } from "@/scripts/lib/chromium.mjs";
import type { CloudClient } from "../cloud-client";

const FOLDER = process.env.PICTURES ?? "docs/screenshots";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const TALLEST = 3000;

export type Shot = {
  name: string;
  /** Whose screen; null: nobody is signed in. */
  who: CloudClient | null;
  url: string;
  /** What is pressed before the picture is taken. */
  press?: string[];
  /** Whatever else is done then. */
  prepare?: (page: Page) => Promise<void>;
  /** What stands only there. */
  isPhoneOnly?: boolean;
  /** The window grows until nothing of the page has to be scrolled. */
  isWhole?: boolean;
};

export const openCamera = () =>
  chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
  });

/** Photographs a screen in both themes and two widths. */
export async function take(browser: Browser, shot: Shot): Promise<void> {
  for (const viewport of shot.isPhoneOnly ? [PHONE] : [DESK, PHONE]) {
    // Opened anew for each theme: at a change of it, a busy browser may paint some links late.
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      if (shot.who) await context.addCookies(cookiesOf(shot.who));
      const page = await context.newPage();
      await bringAbout(page, shot);
      if (shot.isWhole) await growToFit(page, viewport);
      await page.screenshot({ path: `${FOLDER}/${shot.name}-${colorScheme}-${viewport.width}.png` });
      await context.close();
    }
  }
}

async function bringAbout(page: Page, { url, press = [], prepare }: Shot): Promise<void> {
  await page.goto(url, { waitUntil: "load" });
  await settle(page);
  for (const selector of press) {
    await page.locator(selector).locator("visible=true").first().click();
    await settle(page);
  }
  await prepare?.(page);
  await settle(page);
}

/** Until nothing is fetched, save the stream of live news, which never ends. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() => !document.querySelector("[role=status][aria-label=Loading], [aria-busy=true]"));
  await page.waitForTimeout(400);
}

async function growToFit(page: Page, { width, height }: typeof DESK): Promise<void> {
  const hidden = await page.evaluate(() => {
    const scrolled = document.querySelector("main .overflow-y-auto") ?? document.documentElement;
    return scrolled.scrollHeight - scrolled.clientHeight;
  });
  await page.setViewportSize({ width, height: Math.min(height + Math.max(hidden, 0), TALLEST) });
  await settle(page);
}

function cookiesOf(client: CloudClient) {
  return client
    .cookie()
    .split("; ")
    .map((pair) => ({
      name: pair.slice(0, pair.indexOf("=")),
      value: pair.slice(pair.indexOf("=") + 1),
      url: client.origin,
    }));
}
