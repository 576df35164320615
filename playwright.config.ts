import { defineConfig, devices } from "@playwright/test";
import { findChromium } from "@/scripts/lib/chromium.mjs";

const QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
const OFFLINE = ["--disable-background-networking", "--no-first-run"];

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-setup.ts",
  outputDir: "test-results/e2e",
  // The specs share the running clouds, and some of them stop one.
  workers: 1,
  // Limits, not expectations: a busy machine takes ten times as long as an idle one.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env.CI === "true",
  use: {
    ...devices["Desktop Chrome"],
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    video: "off",
    launchOptions: { executablePath: findChromium() ?? undefined, args: [...QUIET, ...OFFLINE] },
  },
});
