import { expectAccessibleEverywhere } from "./accessible";
import { expect, test } from "./clouds";
import { connect, makeAliceAndBob, openAs, putFile, receivedShares, sentShares, shareWith } from "./people";
import { choose } from "./screens";

test("the details of a file tell who changed it, what it was called, and with whom it was shared", async ({
  context,
  clouds,
}) => {
  const [alice, bob] = await makeAliceAndBob(clouds);
  await connect(alice, bob);
  const { id } = await putFile(alice, "/draft.txt", "One");
  await shareWith(alice, bob, id, { role: "editor" });
  const arrived = async () => (await receivedShares(bob)).find(({ name }) => name === "draft.txt")?.id;
  await expect.poll(arrived).toBeTruthy();
  await bob.client.json("POST", `/api/shares/received/${await arrived()}/accept`);
  await expect.poll(async () => (await sentShares(alice))[0]?.state).toBe("accepted");
  await putFile(bob, "/draft.txt", "Two");
  await alice.client.json("POST", "/api/files/move", { from: "/draft.txt", to: "/final.txt" });
  const page = await openAs(context, alice);

  await choose(page, "final.txt", "Details");
  await page.getByRole("tab", { name: "Activity" }).click();

  const rows = page.getByTestId("activity-row");
  await expect(rows.first()).toContainText("Renamed: it was “draft.txt”");
  for (const sentence of [/^Bob · .* changed what it holds/, "Bob accepted it", "Shared with Bob", "You added it"]) {
    await expect(rows.filter({ hasText: sentence })).toHaveCount(1);
  }
  await expectAccessibleEverywhere(page);
});
