import { readFileSync } from "node:fs";
import { startPeer } from "@/tests/peer";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import { makeMember, openAs, signInAdmin } from "./people";
import { addressOf, offerOf, signedBy } from "./stranger";

// What was done on a cloud, read, narrowed and taken along.
let cloud: Cloud;
let ruleBefore: { providerRule: string };

test.beforeAll(async () => {
  cloud = readClouds().a;
  const { client } = await signInAdmin(cloud);
  ruleBefore = await client.json("GET", "/api/admin/policies");
  await client.json("POST", "/api/admin/providers", { domain: "nasty.example.org", standing: "blocked" });
});
test.afterAll(async () => {
  const { client } = await signInAdmin(cloud);
  await client.json("DELETE", "/api/admin/providers/nasty.example.org");
  await client.json("PATCH", "/api/admin/policies", { providerRule: ruleBefore.providerRule });
});

test("what another cloud did stands there with the key by which it was signed", async ({ context }) => {
  const peer = await startPeer({ port: readClouds().peerPorts[46] });
  const bob = await makeMember(cloud, "Bob");
  const offer = offerOf(peer, { address: await addressOf(bob) });
  await knock(cloud, signedBy(peer, cloud, "/ocm/shares", offer));
  const page = await openAs(context, await signInAdmin(cloud), "/admin/audit");
  await page.getByLabel("Search the audit trail").fill(peer.provider);

  const row = page
    .getByTestId("audit-row")
    .filter({ hasText: "Received share offered" })
    .filter({ hasText: peer.provider });
  await expect(row).toContainText(`Signed with ed25519, key ${peer.provider}`);
  await expectAccessible(page);
  await expectToFitPhone(page);
  await peer.stop();
});

test("it is narrowed to what one looks for, and exported as it is shown", async ({ context }) => {
  const page = await openAs(context, await signInAdmin(cloud), "/admin/audit");
  const rows = page.getByTestId("audit-row");
  await expect(rows.filter({ hasText: "Provider blocked" }).first()).toContainText("nasty.example.org");
  await expectAccessible(page);
  await expectToFitPhone(page);

  await page.getByRole("combobox", { name: "What was done" }).click();
  await page.getByRole("option", { name: "Provider blocked" }).click();
  await page.getByLabel("By whom").fill(cloud.admin.name);
  await page.getByLabel("Search the audit trail").fill("nasty");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(`By ${cloud.admin.name}`);
  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export as CSV" }).click(),
  ]);

  const lines = readFileSync(await csv.path(), "utf8")
    .trim()
    .split("\r\n");
  expect(csv.suggestedFilename()).toBe("audit-trail.csv");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("provider-blocked,Administrator,provider,,nasty.example.org");
  await page.getByLabel("Until").fill("2020-01-01");
  await expect(page.getByText("There is no such entry")).toBeVisible();
});
