import { expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, readClouds, test } from "./clouds";
import {
  connect,
  getFile,
  type Member,
  makeAliceAndBob,
  makeFolder,
  makeMember,
  openAs,
  putFile,
  receivedShares,
  setUpFresh,
} from "./people";
import { choose, expectNotice } from "./screens";

// Bob has something from Alice's cloud and shares it on to his contact Carol, on a third one, which Alice has never met.
test.describe.configure({ mode: "serial" });

let alice: Member;
let bob: Member;
let carol: Member;
const statesOf = async (member: Member) => (await receivedShares(member)).map(({ state }) => state);

test.beforeAll(async () => {
  const clouds = readClouds();
  await setUpFresh();
  [alice, bob] = await makeAliceAndBob(clouds);
  carol = await makeMember(clouds.fresh, "Carol");
  await connect(alice, bob);
  await connect(bob, carol);
  const { id: nodeId } = await makeFolder(alice, "/Plans");
  await putFile(alice, "/Plans/roof.txt", "A roof.");
  const contacts = await alice.client.json<{ items: { id: string }[] }>("GET", "/api/contacts");
  const recipient = { kind: "contact", id: contacts.items[0]?.id };
  await alice.client.json("POST", "/api/shares/sent", { nodeId, recipient, role: "editor", canReshare: true });
  await expect.poll(() => statesOf(bob)).toEqual(["pending"]);
  const [offer] = await receivedShares(bob);
  await bob.client.json("POST", `/api/shares/received/${offer?.id}/accept`, {});
});

test("a contact on a third cloud is asked, and told who gave her address to whom", async ({ browser }) => {
  const his = await openAs(await browser.newContext(), bob);
  await choose(his, "Plans", "Share on…");
  const dialog = his.getByTestId("reshare-dialog");
  await dialog.getByTestId("person-box").fill("Carol");
  await dialog.getByTestId("suggestion").filter({ hasText: carol.cloud.provider }).click();
  await expect(dialog).toContainText("Alice gets the address of Carol from you");
  await dialog.getByRole("combobox", { name: "Permission" }).click();
  await his.getByRole("option", { name: "Can edit" }).click();
  await expectAccessibleEverywhere(his);
  await dialog.getByTestId("send-reshare").click();
  await expect(dialog.getByTestId("reshare")).toContainText("Carol");

  const hers = await openAs(await browser.newContext(), carol, "/shared-with-me");
  const offer = hers.getByTestId("offer");
  await expect(offer).toContainText(`Bob gave your address to ${alice.cloud.provider}.`);
  await expect(offer).toContainText("Alice is not one of your contacts.");
  await expectAccessibleEverywhere(hers);
  await expectToFitPhone(hers);
  await expect(dialog.getByTestId("reshare")).toContainText("Waiting for an answer");
  await offer.getByTestId("accept").click();
  await expect(offer).toHaveCount(0);

  await expect(dialog.getByTestId("reshare")).toContainText("Accepted");
  await Promise.all([his.context().close(), hers.context().close()]);
});

test("she reads and writes at its owner's, who sees her and cuts it", async ({ browser }) => {
  expect((await getFile(carol, "/Plans/roof.txt")).body.toString()).toBe("A roof.");
  await putFile(carol, "/Plans/window.txt", "A window.");
  expect((await getFile(alice, "/Plans/window.txt")).body.toString()).toBe("A window.");

  const hers = await openAs(await browser.newContext(), alice);
  await expectNotice(hers, "Bob shared your “Plans” with Carol");
  await choose(hers, "Plans", "Share…");
  const row = hers.getByTestId("access-row").filter({ hasText: "Shared on by Bob" });
  await expect(row).toContainText("Carol");
  await expect(row).toContainText("Accepted");
  await row.getByRole("button", { name: /^Stop sharing with/ }).click();
  await hers.getByRole("dialog").last().getByRole("button", { name: "Stop sharing" }).click();

  await expect.poll(() => statesOf(carol)).toEqual(["revoked"]);
  expect((await getFile(carol, "/Plans/roof.txt")).status).toBe(404);
  expect(await statesOf(bob)).toEqual(["accepted"]);
  await hers.context().close();
});
