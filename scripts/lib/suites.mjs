import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { bin, ROOT } from "./paths.mjs";
import { run } from "./run.mjs";

const LONGEST = 85 * 60_000;
const RESULTS = path.join(ROOT, "test-results");

/** Runs one command that either holds or not; it counts as one test. Quiet unless it fails. */
export async function check(commands) {
  try {
    for (const [program, ...args] of commands) await run(program, args, { name: path.basename(program) });
    return { passed: 1, failed: 0, skipped: 0, failures: [] };
  } catch (error) {
    console.error(error.message);
    return { passed: 0, failed: 1, skipped: 0, failures: [] };
  }
}

/** Runs a test program with its output on the console, and reads the report that it leaves. */
async function runSuite(name, { program, args, env, count }) {
  const report = path.join(RESULTS, `${name}.json`);
  fs.mkdirSync(RESULTS, { recursive: true });
  fs.rmSync(report, { force: true });
  const code = await new Promise((resolve) => {
    const child = spawn(bin(program), args(report), {
      cwd: ROOT,
      env: { ...process.env, ...env?.(report) },
      stdio: ["ignore", "inherit", "inherit"],
      timeout: LONGEST,
    });
    child.on("error", () => resolve(1));
    child.on("close", resolve);
  });
  const counts = fs.existsSync(report)
    ? count(JSON.parse(fs.readFileSync(report, "utf8")))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  return withSilentFailures(name, counts, code);
}

/** A suite that broke without a failed test, or that ran nothing, has failed. */
function withSilentFailures(name, counts, code) {
  if (counts.failed > 0) return counts;
  if (code === 0 && counts.passed > 0) return counts;
  console.error(code === 0 ? `${name} ran no test.` : `${name} ended with exit code ${code}.`);
  return { ...counts, failed: 1 };
}

function countVitest({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }) {
  // A file that cannot be loaded has no tests that could fail.
  const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
    failures: testResults.flatMap(failuresOfFile),
  };
}

/** What failed in a file, as lines: the test and the first line of why. */
function failuresOfFile({ name, status, message, assertionResults }) {
  const file = path.relative(ROOT, name);
  if (status === "failed" && assertionResults.length === 0) return [`${file}: ${firstLine(message)}`];
  return assertionResults
    .filter((test) => test.status === "failed")
    .map((test) => `${file} › ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
}

const firstLine = (text) => (text ?? "").split("\n", 1)[0].slice(0, 300);

/** What failed in a suite of Playwright's report and in those within it, as lines. */
function failuresOfSuite({ specs = [], suites = [] }) {
  return [
    ...specs.filter((spec) => !spec.ok).map((spec) => `e2e/${spec.file}:${spec.line} › ${spec.title}`),
    ...suites.flatMap(failuresOfSuite),
  ];
}

const vitest = (project) =>
  runSuite(project, {
    program: "vitest",
    args: (report) => ["run", "--project", project, "--reporter=default", "--reporter=json", `--outputFile=${report}`],
    count: countVitest,
  });

const playwright = (name, specs = [], settings = {}) =>
  runSuite(name, {
    program: "playwright",
    args: () => ["test", "--reporter=list,json", ...specs],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report, ...settings }),
    count: ({ stats, errors, suites }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + (errors.length > 0 ? 1 : 0),
      skipped: stats.skipped,
      failures: [...suites.flatMap(failuresOfSuite), ...errors.map((error) => firstLine(error.message))],
    }),
  });

/** The kill tests of the browser tests, for longer. */
const killForLonger = () =>
  playwright("crash", ["e2e/crash.spec.ts"], { CRASH_ROUNDS: process.env.CRASH_ROUNDS ?? "10" });

/**
 * Everything `npm test` runs, in order, unless only on request: what it is called, and how to run it. A run gives the
 * numbers `passed`, `failed` and `skipped`, and `failures`, a line for each test that failed.
 */
export const SUITES = {
  format: { title: "format and lint", run: () => check([[bin("biome"), "ci", "--colors=off", "."]]) },
  types: { title: "types", run: () => check([[bin("next"), "typegen"], [bin("tsc")]]) },
  schema: {
    title: "schema and migrations",
    run: () => check([[process.execPath, "scripts/check-migrations.mjs"]]),
  },
  unit: { title: "unit tests", run: () => vitest("unit") },
  db: { title: "database tests", run: () => vitest("db") },
  e2e: { title: "browser tests", needsClouds: true, run: () => playwright("e2e") },
  crash: { title: "kill tests", needsClouds: true, isOnRequest: true, run: killForLonger },
};
