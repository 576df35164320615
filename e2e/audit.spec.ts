import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
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

/** The file into which what is shown is exported. */
async function exportAs(page: Page, format: string): Promise<{ name: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: `Export as ${format}` }).click(),
  ]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

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
  const { name, text } = await exportAs(page, "CSV");

  const lines = text.trim().split("\r\n");
  expect(name).toBe("audit-trail.csv");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("provider-blocked,Administrator,provider,,nasty.example.org");
  await page.getByLabel("Until").fill("2020-01-01");
  await expect(page.getByText("There is no such entry")).toBeVisible();
});

test("it is narrowed to one other cloud, from the page of that cloud too, and its address and the export hold to that", async ({
  context,
}) => {
  const peer = await startPeer({ port: readClouds().peerPorts[46] });
  const bob = await makeMember(cloud, "Bob");
  const offer = offerOf(peer, { address: await addressOf(bob) });
  await knock(cloud, signedBy(peer, cloud, "/ocm/shares", offer));
  await peer.stop();
  const page = await openAs(context, await signInAdmin(cloud), `/admin/providers/${peer.provider}`);
  await page.getByRole("link", { name: "Who did what" }).click();
  const rows = page.getByTestId("audit-row");
  const others = rows.filter({ hasNotText: peer.provider });

  await expect(page.getByLabel("Other cloud")).toHaveValue(peer.provider);
  await expect(rows.filter({ hasText: "Received share offered" }).first()).toBeVisible();
  await expect(others).toHaveCount(0);
  await expectAccessible(page);
  await expectToFitPhone(page);
  const exported = (await exportAs(page, "JSON lines")).text.trim().split("\n");
  expect(exported).toHaveLength(await rows.count());
  expect(exported.every((line) => line.includes(peer.provider))).toBe(true);

  await page.getByLabel("Other cloud").fill("nasty");
  await expect(others).toHaveCount(0); // a part of a name is none yet
  await page.getByLabel("Other cloud").fill("nasty.example.org");
  await page.getByLabel("Other cloud").press("Enter");
  await expect(rows.filter({ hasText: "Provider blocked" }).first()).toContainText("nasty.example.org");
  await expect(page).toHaveURL(/\?provider=nasty\.example\.org$/);
  await page.reload();
  await expect(page.getByLabel("Other cloud")).toHaveValue("nasty.example.org");
  await expect(rows.filter({ hasNotText: "nasty.example.org" })).toHaveCount(0);
});
