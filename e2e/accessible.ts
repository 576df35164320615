import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on the page as it is, in one line each; of several elements the first. */
async function findings(page: Page): Promise<string[]> {
  // Menus and popovers stand beside the landmarks of the page, where the library puts them.
  const axe = new AxeBuilder({ page }).withTags(WCAG).disableRules("region");
  // A message that is just fading away has no colour to be judged by.
  const { violations } = await axe.exclude("[data-sonner-toast][data-removed='true']").analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes[0]?.html.slice(0, 200)})`);
}

/** Everything that moves is brought to rest: axe would measure colours half faded in. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
    }
  });
}

async function expectNoFindings(page: Page, how: string): Promise<void> {
  await settle(page);
  expect.soft(await findings(page), `${new URL(page.url()).pathname}, ${how}`).toEqual([]);
}

/** Holds the screen as it stands against axe, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectNoFindings(page, colorScheme);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** The page on a phone has nothing to scroll sideways, and passes axe there too. */
export async function expectToFitPhone(page: Page): Promise<void> {
  await page.setViewportSize(PHONE);
  const { pathname } = new URL(page.url());
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(excess, `${pathname} overflows at ${PHONE.width} px`).toBeLessThanOrEqual(0);
  await expectNoFindings(page, `${PHONE.width} px`);
  await page.setViewportSize(DESKTOP);
}

/** Both at once, for what is seen in passing, a dialog above all: at a desk in light, on a phone in dark. */
export async function expectAccessibleEverywhere(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "light" });
  await expectNoFindings(page, "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectToFitPhone(page);
  await page.emulateMedia({ colorScheme: null });
}
