// npm run bench [name ...]: starts two fresh clouds, measures them beside their yardsticks, prints one table.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { environmentOf } from "./lib/cloud.mjs";
import { bin, ROOT } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { planDemo } from "./lib/plan.mjs";
import { freePort } from "./lib/ports.mjs";
import { prepareBuild } from "./lib/prepare.mjs";
import { step } from "./lib/progress.mjs";
import { onQuit } from "./lib/quit.mjs";

const YARDSTICKS = { nginx: "nginx", rclone: "rclone", curl: "curl" };
const folder = fs.mkdtempSync(path.join(process.env.BENCH_DIR ?? os.tmpdir(), "tessera-bench-"));
const stops = [() => fs.rmSync(folder, { recursive: true, force: true })];

async function stopAll() {
  for (const stop of stops.reverse()) await stop();
  stops.length = 0;
}

function requireYardsticks() {
  const found = (program) =>
    [...(process.env.PATH ?? "").split(":"), "/usr/sbin"].some((dir) => fs.existsSync(path.join(dir, program)));
  const missing = Object.keys(YARDSTICKS).filter((program) => !found(program));
  if (missing.length === 0) return;
  const install = `apt-get install ${missing.map((program) => YARDSTICKS[program]).join(" ")}`;
  throw new Plain(`The yardsticks need ${missing.join(", ")}, which Debian has: ${install}`);
}

async function main() {
  requireYardsticks();
  await prepareBuild();
  fs.chmodSync(folder, 0o755);
  const { openDatabases, startClouds } = await import("./lib/installation.mjs");
  const plan = planDemo(folder, { a: await freePort(), b: await freePort() });
  for (const cloud of plan.clouds) {
    const exceptions = `${cloud.exceptions},peer.localhost=127.0.0.1`;
    Object.assign(cloud.settings, { RATE_LIMITS: "off", LOG_LEVEL: "warn", OUTBOUND_EXCEPTIONS: exceptions });
  }
  const cluster = await openDatabases(plan, { onHopeless: endWith });
  stops.push(() => cluster.stop());
  const { seed } = await import("./lib/seed.mjs");
  const people = [];
  for (const cloud of plan.clouds) people.push(await seed(cloud, "dist/seed.mjs"));
  const servers = await startClouds(plan.clouds, { onHopeless: endWith });
  stops.push(() => Promise.all(servers.map((server) => server.stop())));

  const clouds = plan.clouds.map((cloud, index) => ({
    origin: cloud.origin,
    databaseUrl: cloud.databaseUrl,
    pid: servers[index].pid(),
    people: people[index],
    environment: environmentOf(cloud),
  }));
  const env = { ...environmentOf(plan.clouds[0]), BENCH: JSON.stringify({ folder, clouds }) };
  const child = spawn(bin("tsx"), ["bench/run.ts", ...process.argv.slice(2)], { cwd: ROOT, env, stdio: "inherit" });
  stops.push(() => child.kill());
  const code = await new Promise((resolve) => child.on("close", resolve));
  await stopAll();
  process.exit(code ?? 1);
}

onQuit(
  async () => {
    step("stopping…");
    await stopAll();
    process.exit(1);
  },
  () => process.exit(1),
);
await main().catch(async (error) => {
  await stopAll();
  endWith(error);
});
