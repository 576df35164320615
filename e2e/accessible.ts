import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on the page as it is, in one line each; of several elements the first. */
async function findings(page: Page): Promise<string[]> {
  // Menus and popovers stand beside the landmarks of the page, where the library puts them.
  // Within the page: there are no frames of other origins, for whose sake a second page would be opened each time.
  const axe = new AxeBuilder({ page }).setLegacyMode().withTags(WCAG).disableRules("region");
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
  let found = await findings(page);
  if (found.length > 0) {
    // A message may have begun to come or go while axe was looking: what is wrong with the page is so again.
    await settle(page);
    found = await findings(page);
  }
  expect.soft(found, `${new URL(page.url()).pathname}, ${how}`).toEqual([]);
}

/** Holds the screen as it stands against axe, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectNoFindings(page, colorScheme);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** The rows of lists out of which something sticks: their frame would cut it off. */
const rowsTooNarrow = (page: Page): Promise<string[]> =>
  page.locator("main li").evaluateAll((rows) => {
    const isCut = ({ scrollWidth, clientWidth }: Element) => clientWidth > 0 && scrollWidth > clientWidth + 1;
    return rows.filter(isCut).map(({ textContent }) => textContent ?? "");
  });

/** The page on a phone has nothing to scroll sideways and nothing cut off, and passes axe there too. */
export async function expectToFitPhone(page: Page): Promise<void> {
  await page.setViewportSize(PHONE);
  const { pathname } = new URL(page.url());
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(excess, `${pathname} overflows at ${PHONE.width} px`).toBeLessThanOrEqual(0);
  expect.soft(await rowsTooNarrow(page), `${pathname} cuts rows off at ${PHONE.width} px`).toEqual([]);
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
