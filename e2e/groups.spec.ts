import type { Page } from "@playwright/test";
import { expectAccessibleEverywhere } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import {
  connect,
  type Member,
  makeFolder,
  makeMember,
  openAs,
  receivedShares,
  sentShares,
  signInAdmin,
} from "./people";
import { choose, closeDialog, expectNotice, rowOf } from "./screens";

// An administrator puts people together; what is shared with them reaches each, from here and from elsewhere.
test.describe.configure({ mode: "serial" });

let cloud: Cloud;
let alice: Member;
let bob: Member;
let elsewhere: Member;
let admin: Page;

test.beforeAll(async ({ browser }) => {
  const { a, b } = readClouds();
  cloud = a;
  [alice, bob] = await Promise.all([makeMember(a, "Alice"), makeMember(a, "Bob")]);
  elsewhere = await makeMember(b, "Dora");
  admin = await openAs(await browser.newContext(), await signInAdmin(a), "/admin/groups");
});
test.afterAll(() => admin.context().close());

const namesOf = async (member: Member) => (await receivedShares(member)).map(({ name, state }) => `${name} ${state}`);
const row = (name: string) => admin.getByTestId("group-row").filter({ hasText: name });
const dialog = () => admin.getByRole("dialog");

test("a group is made, found, renamed, and filled", async () => {
  await expect(admin.getByText("No groups yet")).toBeVisible();
  await expectAccessibleEverywhere(admin);
  await admin.getByTestId("create-group").click();
  await dialog().getByLabel("Name").fill("Field team");
  await expectAccessibleEverywhere(admin);
  await admin.keyboard.press("Enter");

  const members = admin.getByTestId("group-members");
  await members.getByLabel("Add a person").fill(bob.userName);
  await members.getByRole("button", { name: "Add Bob" }).click();
  await expect(members.getByTestId("group-member")).toContainText(bob.userName);
  await expectAccessibleEverywhere(admin);
  await closeDialog(admin);

  await expect(row("Field team")).toContainText("1 person");
  await expect(row("Field team")).toContainText(`field-team@${cloud.provider}`);
  await admin.getByRole("button", { name: "Change Field team" }).click();
  await admin.getByRole("menuitem", { name: "Rename…" }).click();
  await dialog().getByLabel("Name").fill("Alpine team");
  await dialog().getByRole("button", { name: "Rename" }).click();
  await expect(row("Alpine team")).toContainText(`field-team@${cloud.provider}`);
  await admin.getByLabel("Search groups").fill("nothing");
  await expect(admin.getByText("No group is called that")).toBeVisible();
  await admin.getByLabel("Search groups").fill("alp");
  await expect(row("Alpine team")).toBeVisible();
  await expectAccessibleEverywhere(admin);
});

test("a folder shared with it in the share box reaches its member", async ({ browser }) => {
  await makeFolder(alice, "/Photos");
  const hers = await openAs(await browser.newContext(), alice);
  await choose(hers, "Photos", "Share…");
  const box = hers.getByTestId("share-dialog");
  await box.getByTestId("person-box").fill("alpine");
  await expect(box.getByTestId("suggestion")).toContainText("Group");
  await box.getByTestId("suggestion").click();
  await expect(box).toContainText("Whoever is in the group, now or later, sees the same.");
  await expectAccessibleEverywhere(hers);
  await box.getByTestId("send-share").click();
  await expect(box.getByTestId("access-row")).toContainText("Alpine team");
  await expectAccessibleEverywhere(hers);
  await hers.context().close();

  const his = await openAs(await browser.newContext(), bob, "/shared-with-me");
  await expect(his.getByTestId("offer")).toContainText("For Alpine team");
  await expectAccessibleEverywhere(his);
  await his.getByTestId("accept").click();
  await expect(his.getByTestId("offer")).toHaveCount(0);
  await his.goto(`${cloud.origin}/files`);
  await expect(rowOf(his, "Photos")).toBeVisible();
  await his.context().close();
});

test("somebody on another cloud, whom a person here knows, shares with it by its address", async ({ browser }) => {
  await connect(bob, elsewhere);
  await makeFolder(elsewhere, "/Lakes");
  const theirs = await openAs(await browser.newContext(), elsewhere);
  await choose(theirs, "Lakes", "Share…");
  const box = theirs.getByTestId("share-dialog");
  await box.getByTestId("person-box").fill(`field-team@${cloud.provider}`);
  await box.getByTestId("suggestion").click();
  await box.getByLabel("This is the address of a group").click();
  await expectAccessibleEverywhere(theirs);
  await box.getByTestId("send-share").click();

  await expect(box.getByTestId("access-row")).toContainText("Alpine team");
  await expect.poll(() => namesOf(bob)).toContain("Lakes pending");
  await theirs.context().close();
});

test("whoever joins has it, whoever leaves has it no more", async ({ browser }) => {
  const carol = await makeMember(cloud, "Carol");
  await admin.getByRole("button", { name: "Members of Alpine team" }).click();
  const members = admin.getByTestId("group-members");
  await members.getByLabel("Add a person").fill(carol.userName);
  await members.getByRole("button", { name: "Add Carol" }).click();
  await expect.poll(async () => (await namesOf(carol)).sort()).toEqual(["Lakes pending", "Photos pending"]);

  await members.getByRole("button", { name: "Take out Bob" }).click();
  await closeDialog(admin);

  await expect.poll(() => namesOf(bob)).toEqual([]);
  const his = await openAs(await browser.newContext(), bob);
  await expectNotice(his, "Alice no longer shares “Photos” with you");
  await expect(rowOf(his, "Photos")).toHaveCount(0);
  await his.context().close();
});

test("what was shared with it ends when it is deleted", async () => {
  await admin.getByRole("button", { name: "Change Alpine team" }).click();
  await admin.getByRole("menuitem", { name: "Delete…" }).click();
  await expectAccessibleEverywhere(admin);
  await dialog().getByRole("button", { name: "Delete group" }).click();
  await expect(dialog()).toHaveCount(0);
  await admin.getByLabel("Search groups").fill("");

  await expect(admin.getByText("No groups yet")).toBeVisible();
  await expect.poll(() => sentShares(alice)).toEqual([]);
  await expect.poll(async () => (await sentShares(elsewhere)).map(({ state }) => state)).toEqual(["declined"]);
});
