import { type Browser, chromium, type Page } from "@playwright/test";
import { findChromium } from "@/scripts/lib/chromium.mjs";
import type { CloudClient } from "./cloud-client";

const FOLDER = "docs/screenshots";
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

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
};

export const openCamera = () =>
  chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
  });

/** Photographs a screen in both themes and two widths. */
export async function take(browser: Browser, shot: Shot): Promise<void> {
  const { name, who, url, press = [], prepare, isPhoneOnly = false } = shot;
  for (const viewport of isPhoneOnly ? [PHONE] : [DESK, PHONE]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      if (who) await context.addCookies(cookiesOf(who));
      const page = await context.newPage();
      await page.goto(url, { waitUntil: "load" });
      await settle(page);
      for (const selector of press) {
        await page.locator(selector).locator("visible=true").first().click();
        await settle(page);
      }
      await prepare?.(page);
      await settle(page);
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}-${viewport.width}.png` });
      await context.close();
    }
  }
}

/** Until nothing is fetched, save the stream of live news, which never ends. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() => !document.querySelector("[role=status][aria-label=Loading], [aria-busy=true]"));
  await page.waitForTimeout(400);
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
