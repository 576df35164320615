import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, readClouds, test } from "./clouds";
import { connect, type Member, makeAliceAndBob, makeFolder, makeMember, openAs, receivedShares } from "./people";
import { expectNotice, toast } from "./screens";

// One asks for something on another cloud, and gets it with one answer.
test.describe.configure({ mode: "serial" });

let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  [alice, bob] = await makeAliceAndBob(readClouds());
  await connect(alice, bob);
  await makeFolder(alice, "/Photos");
});

test("a contact is asked in words, and shares what is meant", async ({ browser }) => {
  const his = await openAs(await browser.newContext(), bob, "/contacts");
  await his.getByRole("button", { name: "More about Alice" }).click();
  await his.getByRole("menuitem", { name: "Ask for something…" }).click();
  await his.getByLabel("What you would like to have").fill("the photos of the hut");
  await expectAccessibleEverywhere(his);
  await his.getByRole("dialog").getByRole("button", { name: "Ask", exact: true }).click();
  await expect(toast(his, "Alice is asked")).toBeVisible();
  await his.context().close();

  const hers = await openAs(await browser.newContext(), alice, "/shared-by-me");
  await expectNotice(hers, "Bob asks you for “the photos of the hut”");
  const card = hers.getByTestId("share-request");
  await expect(card).toContainText("Asks for: the photos of the hut");
  await expectAccessibleEverywhere(hers);
  await expectToFitPhone(hers);
  await card.getByRole("button", { name: "Share /Photos" }).click();
  await expect(hers.getByTestId("share-dialog")).toContainText("Bob");
  await hers.getByTestId("send-share").click();

  await expect(card).toHaveCount(0);
  await expect.poll(async () => (await receivedShares(bob)).map(({ name }) => name)).toEqual(["Photos"]);
  await hers.context().close();
});

test("who may only view asks to edit, and may with one yes", async ({ browser }) => {
  const his = await openAs(await browser.newContext(), bob, "/shared-with-me");
  await his.getByTestId("accept").click();
  await his.getByRole("button", { name: "Ask to edit" }).click();
  await expect(toast(his, "Alice is asked")).toBeVisible();
  await expectAccessibleEverywhere(his);

  const hers = await openAs(await browser.newContext(), alice, "/shared-by-me");
  await expect(hers.getByTestId("share-request")).toContainText("Would like to change “Photos”.");
  await hers.getByRole("button", { name: "Let Bob edit" }).click();

  await expect(hers.getByTestId("share-request")).toHaveCount(0);
  await expect(his.getByTestId("received-share")).toContainText("Can edit");
  await expect(his.getByRole("button", { name: "Ask to edit" })).toHaveCount(0);
  await Promise.all([his.context().close(), hers.context().close()]);
});

test("somebody of the same cloud is asked on the same screens", async ({ browser }) => {
  const dora = await makeMember(alice.cloud, "Dora");
  const hers = await openAs(await browser.newContext(), dora, "/shared-with-me");
  await hers.getByRole("button", { name: "Ask for something…" }).click();
  await hers.getByTestId("person-box").fill(alice.userName);
  await expectAccessibleEverywhere(hers);
  await hers.getByTestId("suggestion").first().click();
  await hers.getByLabel("What you would like to have").fill("the photos");
  await hers.getByRole("dialog").getByRole("button", { name: "Ask", exact: true }).click();
  await expect(toast(hers, "Alice is asked")).toBeVisible();

  const alices = await openAs(await browser.newContext(), alice, "/shared-by-me");
  const card = alices.getByTestId("share-request");
  await expect(card).toContainText("Asks for: the photos");
  await card.getByRole("button", { name: "Share /Photos" }).click();
  await expect(alices.getByTestId("share-dialog")).toContainText("Dora");
  await alices.getByTestId("send-share").click();

  await expect(card).toHaveCount(0);
  await expect.poll(async () => (await receivedShares(dora)).map(({ name }) => name)).toEqual(["Photos"]);
  await Promise.all([hers.context().close(), alices.context().close()]);
});
