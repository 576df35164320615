import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type FakePeer, startPeer } from "@/tests/peer";
import { expectAccessible, expectToFitPhone } from "./accessible";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { openAs, signInAdmin } from "./people";

// The way to another cloud, tried out by an administrator on a page and by whoever sits at the console.
let a: Cloud;
let b: Cloud;
let peer: FakePeer;

test.beforeAll(async () => {
  const { peerPorts, ...clouds } = readClouds();
  ({ a, b } = clouds);
  peer = await startPeer({ port: peerPorts[30] });
});
test.afterAll(() => peer.stop());

test("two clouds that understand each other are found to do so, step by step", async ({ context }) => {
  const page = await openAs(context, await signInAdmin(a), "/admin/doctor");
  await page.getByLabel("Domain").fill(b.provider);
  await page.getByTestId("check-connection").click();

  await expect(page.getByText("It works, with something to look at.")).toBeVisible();
  const steps = page.getByTestId("doctor-step");
  await expect(steps).toHaveCount(13);
  await expect(steps.filter({ hasText: "It understands our signature." })).toHaveCount(1);
  await expect(steps.filter({ hasText: "What it signs is believed here." })).toContainText("with ed25519, key");
  await expect(page.getByTestId("own-entry")).toContainText(`"domain": "${a.provider}"`);
  await expectAccessible(page);
  await expectToFitPhone(page);

  await page.getByRole("link", { name: "Other clouds" }).click();
  await page.getByRole("button", { name: `Change ${b.provider}` }).click();
  await page.getByRole("menuitem", { name: "Check connection" }).click();
  await expect(page.getByText("It works, with something to look at.")).toBeVisible();
});

test("steps appear while others still run, and what is wrong comes with a way to mend it", async ({ context }) => {
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  peer.on("/ocm/token", async () => {
    await isReleased;
    return { status: 500, json: {} };
  });
  peer.on("/ocm/notifications", { status: 401, json: { message: "SIGNATURE_INVALID" } });
  const page = await openAs(context, await signInAdmin(a), `/admin/doctor?domain=${peer.provider}`);

  const signature = page.getByTestId("doctor-step").filter({ hasText: "does not believe our signature" }).first();
  await expect(signature).toContainText("On the other side");
  await expect(page.getByText("Checking…")).toBeVisible();
  release();

  await expect(page.getByText("3 steps failed.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Copy report" })).toBeVisible();
  await expectAccessible(page);
  await expectToFitPhone(page);
});

test("the same is asked at the console, and its end tells whether all went well", async () => {
  const { databaseUrl, folder, origin } = a;
  const settings = { DATABASE_URL: databaseUrl, DATA_DIR: folder, PUBLIC_ORIGIN: origin };
  const OUTBOUND_EXCEPTIONS = `${b.provider}=127.0.0.1`;
  const doctor = (domain: string) =>
    promisify(execFile)(process.execPath, ["scripts/tessera.mjs", "doctor", domain], {
      env: { ...process.env, ...settings, OUTBOUND_EXCEPTIONS },
    });

  const { stdout } = await doctor(b.provider);
  const failure = await doctor(peer.provider).catch((error: { code: number; stdout: string }) => error);

  expect(stdout).toContain("Signature: ok\n");
  expect(stdout.trim().endsWith("It works, with something to look at.")).toBe(true);
  expect(failure).toMatchObject({ code: 1, stdout: expect.stringContaining("Name resolution: FAILED") });
});
