import { expectAccessibleEverywhere } from "./accessible";
import { expect, readClouds, test } from "./clouds";
import { connect, type Member, makeAliceAndBob, makeFolder, makeMember, openAs, receivedShares } from "./people";
import { changeRole, choose, expectNotice } from "./screens";

// Whoever has something with that right has its owner share it with others, and the owner sees and cuts each branch.
test.describe.configure({ mode: "serial" });

let alice: Member;
let bob: Member;
let carol: Member;
const statesOf = async (member: Member) => (await receivedShares(member)).map(({ state }) => state);

test.beforeAll(async () => {
  [alice, bob] = await makeAliceAndBob(readClouds());
  carol = await makeMember(bob.cloud, "Carol");
  await connect(alice, bob);
  await makeFolder(alice, "/Photos");
});

test("something is shared with the right to share it on", async ({ browser }) => {
  const hers = await openAs(await browser.newContext(), alice);
  await choose(hers, "Photos", "Share…");
  const dialog = hers.getByTestId("share-dialog");
  await dialog.getByTestId("person-box").fill("Bob");
  await dialog.getByTestId("suggestion").filter({ hasText: bob.cloud.provider }).first().click();
  await dialog.getByRole("combobox", { name: "Permission" }).click();
  await hers.getByRole("option", { name: "Can edit" }).click();
  await dialog.getByLabel("May be shared on").click();
  await expectAccessibleEverywhere(hers);
  await dialog.getByTestId("send-share").click();
  await hers.context().close();

  const his = await openAs(await browser.newContext(), bob, "/shared-with-me");
  await his.getByTestId("accept").click();
  await expect(his.getByTestId("offer")).toHaveCount(0);
  await his.goto(`${bob.cloud.origin}/files`);
  await choose(his, "Photos", "Share on…");
  const reshare = his.getByTestId("reshare-dialog");
  await reshare.getByTestId("person-box").fill(carol.userName);
  await reshare.getByTestId("suggestion").first().click();
  await expectAccessibleEverywhere(his);
  await reshare.getByTestId("send-reshare").click();
  await expect(reshare.getByTestId("reshare")).toContainText("Carol");
  await expectAccessibleEverywhere(his);
  await expect.poll(() => statesOf(carol)).toEqual(["pending"]);
  await changeRole(his, "Carol", "Can edit");
  await expect.poll(async () => (await receivedShares(carol)).map(({ role }) => role)).toEqual(["editor"]);
  await expect(reshare.getByRole("combobox", { name: "Permission of Carol" })).toContainText("Can edit");
  await expectAccessibleEverywhere(his);
  await his.context().close();
});

test("its owner is told, sees through whom, and cuts it", async ({ browser }) => {
  const hers = await openAs(await browser.newContext(), alice);
  await expectNotice(hers, "Bob shared your “Photos” with Carol");
  await choose(hers, "Photos", "Share…");
  const row = hers.getByTestId("access-row").filter({ hasText: "Shared on by Bob" });
  await expect(row).toContainText("Carol");
  await expectAccessibleEverywhere(hers);

  await row.getByRole("button", { name: /^Stop sharing with/ }).click();
  await hers.getByRole("dialog").last().getByRole("button", { name: "Stop sharing" }).click();

  await expect.poll(() => statesOf(carol)).toEqual(["revoked"]);
  expect(await statesOf(bob)).toEqual(["accepted"]);
  const his = await openAs(await browser.newContext(), bob);
  await expectNotice(his, "Alice stopped sharing “Photos” with Carol");
  await his.context().close();
  await hers.context().close();
});
