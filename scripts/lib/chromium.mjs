import fs from "node:fs";
import { createRequire } from "node:module";
import { bin } from "./paths.mjs";
import { Plain } from "./plain.mjs";
import { step } from "./progress.mjs";
import { run } from "./run.mjs";

const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function playwrightsOwn() {
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  return chromium.executablePath();
}

/** The browser for the tests: the one that is named, the system's, or Playwright's. Null when there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return fs.existsSync(named) ? named : null;
  return [...SYSTEM, playwrightsOwn()].find((file) => file && fs.existsSync(file)) ?? null;
}

async function tryInstalling() {
  const isDebianRoot = process.getuid?.() === 0 && fs.existsSync("/etc/debian_version");
  step("installing Chromium for the browser tests…");
  if (!isDebianRoot) return run(bin("playwright"), ["install", "chromium"]);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env });
  // Only when the package lists are stale or missing is it worth fetching them.
  return install().catch(async () => {
    await run("apt-get", ["update"], { env });
    return install();
  });
}

/** @throws Plain when there is no browser and none can be installed. */
export async function ensureChromium() {
  if (findChromium()) return;
  const problem = await tryInstalling().then(
    () => "",
    (error) => `\n${error.message}`,
  );
  if (findChromium()) return;
  throw new Plain(`The browser tests cannot run: there is no Chromium. Name one with CHROMIUM_PATH=.${problem}`);
}
