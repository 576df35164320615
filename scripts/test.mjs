// npm test: everything, from a bare clone. npm run test:unit, test:db, test:e2e, test:crash: one suite.
// The last line is the sum: `N passed, N failed`. Dependencies are imported only after they are installed.
import { endWith, Plain } from "./lib/plain.mjs";
import { prepareBuild, prepareCode } from "./lib/prepare.mjs";
import { step } from "./lib/progress.mjs";
import { SUITES } from "./lib/suites.mjs";

async function makeReadyFor(name) {
  if (!SUITES[name].needsClouds) return;
  const { ensureChromium } = await import("./lib/chromium.mjs");
  await ensureChromium();
  await prepareBuild();
}

async function runOne(name) {
  try {
    await makeReadyFor(name);
    step(`${SUITES[name].title}…`);
    return await SUITES[name].run();
  } catch (error) {
    if (!(error instanceof Plain)) throw error;
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0, failures: [] };
  }
}

async function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in SUITES));
  if (unknown) throw new Plain(`There is no suite "${unknown}". There are: ${Object.keys(SUITES).join(", ")}.`);
  await prepareCode();

  const sum = { passed: 0, failed: 0, skipped: 0 };
  const broken = [];
  const usual = Object.keys(SUITES).filter((name) => !SUITES[name].isOnRequest);
  for (const name of asked.length > 0 ? asked : usual) {
    const counts = await runOne(name);
    for (const kind of Object.keys(sum)) sum[kind] += counts[kind];
    if (counts.failed > 0) broken.push(SUITES[name].title, ...counts.failures.map((line) => `  ${line}`));
  }
  if (broken.length > 0) console.log(`\nFailed:\n${broken.join("\n")}`);
  if (sum.skipped > 0) console.log(`\n${sum.skipped} skipped`);
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}

await main().catch(endWith);
