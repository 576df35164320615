// npm run bench [name ...]: starts two fresh clouds, measures them beside their yardsticks, prints one table.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { bin, ROOT } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { withTwoClouds } from "./lib/two-clouds.mjs";

const YARDSTICKS = ["nginx", "apache2", "rclone", "curl"];

function requireYardsticks() {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  const missing = YARDSTICKS.filter((program) => !folders.some((folder) => fs.existsSync(path.join(folder, program))));
  if (missing.length === 0) return;
  const names = missing.join(" ");
  throw new Plain(`The yardsticks need ${names}, which Debian has: apt-get install --no-install-recommends ${names}`);
}

/** Limits off, because one address asks for everybody; and the sender of the incoming shares is let in. */
const settings = ({ exceptions }) => ({
  RATE_LIMITS: "off",
  LOG_LEVEL: "warn",
  OUTBOUND_EXCEPTIONS: `${exceptions},peer.localhost=127.0.0.1`,
});

async function measure(setting, power) {
  const env = { ...setting.clouds[0].environment, BENCH: JSON.stringify(setting) };
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(bin("tsx"), ["bench/run.ts", ...process.argv.slice(2)], { cwd: ROOT, env, stdio });
  // What is measured beside a cloud that is gone has it end, and begin anew as another process.
  child.on("message", async ({ end, begin }) => {
    const pid = end === undefined ? await power.begin(begin) : await power.end(end);
    child.send({ pid });
  });
  return new Promise((resolve) => child.on("close", resolve));
}

async function main() {
  requireYardsticks();
  process.exitCode = (await withTwoClouds(settings, measure)) ?? 1;
}

await main().then(() => process.exit(), endWith);
