import type { ContactView, ContactWords, InviteView } from "@/lib/contacts/schema";
import { type PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { findInvite } from "@/lib/protocol/ocm/invite-string";
import { digestWords } from "@/lib/protocol/words";
import { startPeer } from "@/tests/peer";
import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { type Member, makeAliceAndBob, openAs } from "./people";
import { signedBy } from "./stranger";

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

test("somebody between two clouds, with keys of his own, makes the words differ, and takes the mark away", async () => {
  const peer = await startPeer({ port: readClouds().peerPorts[49], capabilities: ["contact-words"] });
  const { cloud, client } = alice;
  const { invitation } = await client.json<InviteView>("POST", "/api/invites", {});
  const { token } = findInvite(invitation?.code ?? "") ?? {};
  const him = { userID: "bob", email: "bob@example.org", name: "Bob elsewhere" };
  const message = { recipientProvider: peer.provider, token, ...him };
  const accepted = await knock(cloud, signedBy(peer, cloud, "/ocm/invite-accepted", message));
  const contact = async () => {
    const { items } = await client.json<{ items: ContactView[] }>("GET", "/api/contacts");
    return items.find(({ displayName }) => displayName === him.name);
  };
  const path = `/api/contacts/${(await contact())?.id}/words`;
  const shownToHer = async () => (await client.json<ContactWords>("POST", path)).words;
  const hers = await knock(cloud, { method: "GET", path: "/.well-known/jwks.json" });
  const his = await fetch(`http://127.0.0.1:${new URL(peer.origin).port}/ocm/jwks`);
  const keysIn = (jwks: unknown) => (jwks as { keys: PublicJwk[] }).keys.map(thumbprint).sort();
  // What Bob's own cloud shows him: of its own keys, and of hers as they come to it.
  const sides = [
    [cloud.provider, (accepted.json as { userID: string }).userID, keysIn(hers.json)],
    [peer.provider, him.userID, keysIn(await his.json())],
  ];
  const shownToHim = digestWords(
    `contact words 1\n${sides
      .map((side) => JSON.stringify(side))
      .sort()
      .join("\n")}`,
    12,
  );
  const before = await shownToHer();
  await client.json("PUT", path, { words: before });
  const marked = await contact();

  peer.changeKey("key-of-somebody-else"); // what is shown to her of Bob's cloud from now on

  expect([before, marked?.isVerified]).toEqual([shownToHim, true]);
  expect(await shownToHer()).not.toEqual(shownToHim);
  await expect.poll(async () => (await contact())?.isVerified).toBe(false);
  const late = await client.send("PUT", path, {
    body: JSON.stringify({ words: shownToHim }),
    headers: { "content-type": "application/json" },
  });
  expect([late.statusCode, await late.body.json()]).toMatchObject([409, { code: "CONTACT_WORDS_CHANGED" }]);
  await peer.stop();
});
