import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { signIn, visit } from "@/tests/cloud-client";
import { succeed, tessera } from "@/tests/command-line";
import { expectAccessible, expectAccessibleEverywhere, expectToFitPhone } from "./accessible";
import { expect, test } from "./clouds";
import { type Member, makeMember, openAs } from "./people";

test.slow(); // the page is held against axe, in light and in dark

// The real command line waits, and a real browser answers.
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-device-"));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `tessera login`, with the code that it shows and how it ends. */
async function startLogin(name: string, { cloud }: Member) {
  const config = path.join(folder, name);
  mkdirSync(config);
  const program = path.join(process.cwd(), "scripts/tessera.mjs");
  const env = { PATH: process.env.PATH ?? "", HOME: config, XDG_CONFIG_HOME: config, NODE_ENV: "production" as const };
  const child = spawn(process.execPath, [program, "login", cloud.origin], { cwd: config, env, stdio: "pipe" });
  let said = "";
  child.stderr.on("data", (more) => {
    said += more;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  void text(child.stdout);
  await expect.poll(() => said).toMatch(/^ +\S{4}-\S{4}$/m);
  const [, userCode = ""] = /^ +(\S{4}-\S{4})$/m.exec(said) ?? [];
  expect(said).toContain(`${cloud.origin}/device`);
  return { config, userCode, ended, said: () => said };
}

async function typeCode(page: Page, userCode: string): Promise<void> {
  await page.getByLabel("Code that the program shows").fill(userCode);
  await page.getByRole("button", { name: "Go on" }).click();
}

test("a person lets the command line in with a browser, sees it in Settings, and shuts it out", async ({
  clouds,
  context,
}) => {
  const alice = await makeMember(clouds.a, "Alice");
  const { config, userCode, ended } = await startLogin("alice", alice);
  const page = await openAs(context, alice, "/settings");
  await page.getByRole("link", { name: "A program shows a code" }).click();
  await expect(page.getByRole("heading", { name: "Let a program in" })).toBeVisible();
  await expectAccessibleEverywhere(page);

  await typeCode(page, "AAAA-AAAA");
  await expect(page.getByText("No program waits under this code.")).toBeVisible();
  await typeCode(page, userCode.toLowerCase());
  const question = page.getByTestId("device-question");
  await expect(question).toContainText("tessera");
  await expect(question).toContainText(os.hostname());
  await expect(question).toContainText("127.0.0.1");
  await expectAccessible(page);
  await expectToFitPhone(page);
  await page.getByLabel("Your password").fill("not this one");
  await page.getByRole("button", { name: "Yes, let it in" }).click();
  await expect(page.getByText("This is not your password.")).toBeVisible();
  await page.getByLabel("Your password").fill(alice.password);
  await page.getByRole("button", { name: "Yes, let it in" }).click();
  await expect(page.getByRole("heading", { name: "The program is let in" })).toBeVisible();
  await expectAccessibleEverywhere(page);

  expect(await ended).toBe(0);
  expect(await succeed({ config }, "cloud", "list")).toBe(`*\t${alice.userName}@${alice.cloud.provider}`);
  await succeed({ config }, "mkdir", "/From the shell");
  expect(await succeed({ config }, "share", "list")).toBe("");
  await page.getByRole("link", { name: "To Settings" }).click();
  await page.getByRole("button", { name: `Revoke tessera on ${os.hostname()}` }).click();
  await expect(page.getByTestId("app-password-row")).toHaveCount(0);
  expect((await tessera({ config }, "ls")).code).toBe(3);
});

test("a no ends the wait of the command line, and nothing is made", async ({ clouds, context }) => {
  const bob = await makeMember(clouds.b, "Bob");
  const { userCode, ended, said } = await startLogin("bob", bob);
  const page = await openAs(context, bob, "/device");
  await typeCode(page, userCode);
  await page.getByRole("button", { name: "No", exact: true }).click();
  await expect(page.getByRole("heading", { name: "The program is not let in" })).toBeVisible();

  expect(await ended).toBe(5);
  expect(said()).toContain("The answer in the browser was no.");
  const client = await signIn(bob.cloud.origin, bob.userName, bob.password);
  expect(await client.json("GET", "/api/account/app-passwords")).toEqual([]);
});

test("whoever has a second factor shows it before a yes", async ({ clouds, context }) => {
  const bob = await makeMember(clouds.b, "Bob");
  const page = await openAs(context, bob, "/device"); // a sign-in from before there was a second factor
  const client = await signIn(bob.cloud.origin, bob.userName, bob.password);
  const factor = "/api/account/second-factor/authenticator";
  const { key } = await client.json<{ key: string }>("POST", factor, { password: bob.password });
  const codeOf = (later: number) =>
    new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + later * 30_000 });
  await client.json("PUT", factor, { code: codeOf(0) });
  const { userCode, ended } = await startLogin("factor", bob);
  await typeCode(page, userCode);
  await page.getByLabel("Your password").fill(bob.password);
  await page.getByRole("button", { name: "Yes, let it in" }).click();
  await page.getByLabel("Code", { exact: true }).fill(codeOf(1));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "The program is let in" })).toBeVisible();

  expect(await ended).toBe(0);
});

test("a program that hides in its name what it is, is shown as what is left of that", async ({ clouds, context }) => {
  const bob = await makeMember(clouds.b, "Bob");
  const asked = { program: "  back\u202eup\n\n", host: "\u0085\u200fhome", scopes: ["files"] };
  const begun = await visit(bob.cloud.origin).json<{ userCode: string }>("POST", "/api/device-logins", asked);
  const page = await openAs(context, bob, "/device");
  await typeCode(page, begun.userCode);

  const question = page.getByTestId("device-question");
  await expect(question).toContainText("back up");
  expect(await question.innerText()).not.toMatch(/[\u0085\u200f\u202e]/);
});
