import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, readClouds, test } from "./clouds";
import { type Member, makeAliceAndBob, openAs } from "./people";

// An invite that is read aloud, and words that two people compare.
test.describe.configure({ mode: "serial" });

let alice: Member;
let bob: Member;
let words: string[];

test.beforeAll(async () => {
  [alice, bob] = await makeAliceAndBob(readClouds());
});

test("an invite is shown in words that one can read aloud", async ({ browser }) => {
  const hers = await openAs(await browser.newContext(), alice, "/invites");
  await hers.getByTestId("invite-someone").click();
  await hers.getByRole("tab", { name: "Words" }).click();
  await expectAccessibleEverywhere(hers);
  await hers.getByTestId("speak-invite").click();

  const shown = hers.getByTestId("invite-words").getByTestId("word");
  await expect(shown).toHaveCount(5);
  await expect(hers.getByRole("dialog")).toContainText(`at ${alice.cloud.provider}`);
  await expectAccessibleEverywhere(hers);
  words = await shown.allTextContents();
  await hers.context().close();
});

test("a wrong word is found before anything is asked, and the right ones connect the two", async ({ browser }) => {
  const his = await openAs(await browser.newContext(), bob, "/invites");
  await his.getByTestId("accept-an-invite").click();
  const dialog = his.getByRole("dialog");
  const [first = "", second = "", ...others] = words;
  await dialog.getByTestId("invite-text").fill([second, first, ...others, "at", alice.cloud.provider].join(" "));
  await dialog.getByTestId("invite-look").click();
  await expect(dialog).toContainText("is not what was said");
  await expectAccessibleEverywhere(his);

  await dialog.getByTestId("invite-text").fill(`${words.join(" ")} at ${alice.cloud.provider}`);
  await dialog.getByTestId("invite-look").click();
  await expect(dialog).toContainText("Alice would like to share with you");
  await dialog.getByTestId("accept-invite").click();

  await expect(dialog).toContainText("Alice");
  await his.goto(`${bob.cloud.origin}/contacts`);
  await expect(his.getByTestId("contact-row")).toContainText("Alice");
  await his.context().close();
});

test("both see the same words on the contact, and whoever says so sees it marked wherever it stands", async ({
  browser,
}) => {
  const seen: string[][] = [];
  for (const [member, other] of [[bob, "Alice"] as const, [alice, "Bob"] as const]) {
    const page = await openAs(await browser.newContext(), member, "/contacts");
    await page.getByRole("button", { name: `More about ${other}` }).click();
    await page.getByRole("menuitem", { name: "Compare words…" }).click();
    const shown = page.getByTestId("contact-words").getByTestId("word");
    await expect(shown).toHaveCount(12);
    await expectAccessibleEverywhere(page);
    seen.push(await shown.allTextContents());
    if (member === alice) {
      await page.getByTestId("words-are-the-same").click();
      await expect(page.getByTestId("contact-row").getByTestId("verified")).toBeVisible();
      await expectAccessibleEverywhere(page);
      await expectToFitPhone(page);
    }
    await page.context().close();
  }
  expect(seen[0]).toEqual(seen[1]);
});
