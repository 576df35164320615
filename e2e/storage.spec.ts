import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { tessera } from "@/tests/command-line";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { makeMember, openAs, putFile, signInAdmin } from "./people";

// A disk changes a bit, and what everybody sees of that.
const config = mkdtempSync(path.join(os.tmpdir(), "tessera-shell-"));
test.afterAll(() => rmSync(config, { recursive: true, force: true }));

/** The file of the store that holds this. */
function placeOf({ folder }: Cloud, content: string): string {
  const blobs = path.join(folder, "blobs");
  const files = readdirSync(blobs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files.find(
    (entry) => entry.parentPath && readFileSync(path.join(entry.parentPath, entry.name), "utf8") === content,
  );
  return path.join(found?.parentPath ?? "", found?.name ?? "");
}

type Verified = { damaged: number; files: { path: string; kind: string; userName: string }[] };

test("damage is found, told to its owner and to the administrator, and over when the bytes are back", async ({
  context,
  browser,
}) => {
  const cloud: Cloud = readClouds().a;
  const member = await makeMember(cloud, "Alice");
  const { client, userName } = member;
  const content = `${userName} `.repeat(1_000);
  await putFile(member, "/report.txt", content);
  const verify = async () => {
    const env = { DATABASE_URL: cloud.databaseUrl, DATA_DIR: cloud.folder, PUBLIC_ORIGIN: cloud.origin };
    const { code, out } = await tessera({ config, env }, "storage", "verify", "--json");
    const { files } = JSON.parse(out) as Verified;
    return { code, files: files.filter((file) => file.userName === userName) };
  };
  const read = async () => {
    const { statusCode: status, body } = await client.send("GET", "/content/files?path=/report.txt");
    return { status, text: await body.text() };
  };
  expect((await verify()).files).toEqual([]);
  const place = placeOf(cloud, content);
  const before = readFileSync(place);
  writeFileSync(place, Buffer.from(before).fill("X", 7, 8));

  const found = await verify();

  expect(found).toMatchObject({ code: 1, files: [{ path: "/report.txt", kind: "damaged" }] });
  // Another process found it: the server hears of that within ten seconds.
  const refused = { status: 503, text: expect.stringContaining("FILE_DAMAGED") };
  await expect.poll(read, { timeout: 30_000 }).toMatchObject(refused);
  const page = await openAs(context, member, "/files");
  await page.getByRole("button", { name: /^Notices/ }).click();
  await expect(page.getByText("found that a file of yours is damaged")).toBeVisible();
  const admin = await openAs(await browser.newContext(), await signInAdmin(cloud), "/admin/storage");
  await expect(admin.getByTestId("damaged-row").filter({ hasText: userName })).toContainText("/report.txt");
  await expectAccessible(admin);
  await expectToFitPhone(admin);

  writeFileSync(place, before);
  expect((await verify()).files).toEqual([]);
  expect(await read()).toEqual({ status: 200, text: content });
  await admin.reload();
  await expect(admin.getByTestId("scrub-state").or(admin.getByText("It begins within ten minutes."))).toBeVisible();
  await expect(admin.getByTestId("damaged-row").filter({ hasText: userName })).toHaveCount(0);
});
