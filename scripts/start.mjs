// npm start: one cloud. npm run demo (--demo): two, with people and files. npm run dev (--demo --dev): two, reloading.
// Until the dependencies are installed, this file and what it imports statically use Node's own modules only.
import path from "node:path";
import { parseArgs } from "node:util";
import { announce } from "./lib/announce.mjs";
import { tryLock } from "./lib/lock.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { planDemo, planOne } from "./lib/plan.mjs";
import { requirePort } from "./lib/ports.mjs";
import { prepareBuild, prepareCode } from "./lib/prepare.mjs";
import { step } from "./lib/progress.mjs";
import { onQuit } from "./lib/quit.mjs";
import { seed } from "./lib/seed.mjs";

const { values: options } = parseArgs({ options: { demo: { type: "boolean" }, dev: { type: "boolean" } } });
const isDev = options.dev === true;
const outdir = isDev ? "dist/dev" : "dist";
const running = { cluster: null, servers: [], release: () => {} };

async function stopAll() {
  await Promise.all(running.servers.map((server) => server.stop()));
  await running.cluster?.stop();
  running.release();
}

async function quit() {
  step("stopping…");
  await stopAll();
  process.exit(0);
}

function quitAtOnce() {
  for (const server of running.servers) server.kill();
  process.exit(1); // the database's watchdog sees its pipe closed
}

async function giveUp(error) {
  await stopAll();
  endWith(error);
}

/** The folder is ours alone while we run; a second launcher would start a second database over the same files. */
function lockFolder(data) {
  const release = tryLock(path.join(data, "launcher.lock"));
  if (release) return release;
  throw new Plain(`Tessera is already running on ${data}. Stop it first, or name another folder with DATA_DIR=.`);
}

async function startServers(clouds) {
  const { startClouds } = await import("./lib/installation.mjs");
  const bundle = `${outdir}/server.mjs`;
  running.servers = await startClouds(clouds, { isDev, bundle, onHopeless: giveUp });
}

/** Restarts follow one another, however fast the files change. */
async function watchSources(clouds) {
  const { makeDevConfig, watchBundle } = await import("./lib/dev.mjs");
  let work = Promise.resolve();
  const restart = async () => {
    await Promise.all(running.servers.map((server) => server.stop()));
    await startServers(clouds);
  };
  await watchBundle(outdir, () => {
    work = work.then(restart).catch((error) => step(error.message));
  });
  for (const cloud of clouds) {
    makeDevConfig(outdir, cloud.database);
    cloud.settings = { ...cloud.settings, NEXT_DEV_NAME: cloud.database };
  }
}

async function main() {
  const plan = options.demo ? planDemo() : planOne();
  running.release = lockFolder(plan.data);
  for (const { port, host, portSetting } of plan.clouds) await requirePort(port, host ?? "127.0.0.1", portSetting);
  await (isDev ? prepareCode() : prepareBuild());

  const { openDatabases } = await import("./lib/installation.mjs");
  running.cluster = await openDatabases(plan, { onHopeless: giveUp });
  if (isDev) await watchSources(plan.clouds);
  const seeded = [];
  if (options.demo) {
    step("filling the clouds where they are empty…");
    for (const cloud of plan.clouds) seeded.push({ cloud, people: await seed(cloud, `${outdir}/seed.mjs`) });
  }
  await startServers(plan.clouds);
  announce(plan, running.servers, seeded);
}

onQuit(quit, quitAtOnce);
await main().catch(giveUp);
