import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { endOf, keepRunning, stopChild } from "./children.mjs";
import { openLog } from "./logs.mjs";
import { ROOT } from "./paths.mjs";
import { Plain, plainFileError } from "./plain.mjs";

const START_PATIENCE = 120_000;

/** The key of a cloud: from the environment, or from its data folder, where it is made at the first start. */
export function readOrMakeKey(folder) {
  if (process.env.SECRET_KEY) return process.env.SECRET_KEY;
  const file = path.join(folder, "key");
  try {
    fs.mkdirSync(folder, { recursive: true });
    if (!fs.existsSync(file))
      fs.writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
    return fs.readFileSync(file, "utf8").trim();
  } catch (error) {
    throw plainFileError(error, folder);
  }
}

/** @throws Plain when no cloud was ever started with this data folder. */
export function requireCloud(folder) {
  if (process.env.SECRET_KEY || fs.existsSync(path.join(folder, "key"))) return;
  throw new Plain(`There is no cloud in ${folder}. Name its folder with DATA_DIR=.`);
}

/** The environment from which a server, and the seed, take their whole configuration. */
export function environmentOf({ folder, databaseUrl, origin, port, host, exceptions, settings }, isDev = false) {
  const { NODE_CHANNEL_FD: _channel, ...inherited } = process.env;
  return {
    ...inherited,
    NODE_ENV: isDev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    TZ: "UTC",
    // Syncing waits for the disk, and so do names for their answer: four threads are soon all taken by it.
    UV_THREADPOOL_SIZE: inherited.UV_THREADPOOL_SIZE ?? "16",
    // Each thread of the pool would keep a heap of its own.
    MALLOC_ARENA_MAX: inherited.MALLOC_ARENA_MAX ?? "2",
    // What a transfer frees, the next chunk takes again: given back in between, each page of it is a fault, which costs
    // more than the copying.
    MALLOC_TRIM_THRESHOLD_: inherited.MALLOC_TRIM_THRESHOLD_ ?? String(64 * 1024 * 1024),
    // With that set, the allocator no more learns by itself that buffers of files come again and again.
    MALLOC_MMAP_THRESHOLD_: inherited.MALLOC_MMAP_THRESHOLD_ ?? String(1024 * 1024),
    // It would tell each log which versions of itself will still run on this Node.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    SECRET_KEY: readOrMakeKey(folder),
    PUBLIC_ORIGIN: origin,
    PORT: String(port),
    ...(host && { HOST: host }),
    ...(exceptions && { OUTBOUND_EXCEPTIONS: exceptions }),
    ...settings,
  };
}

/** Starts the server of a cloud and keeps it running. Resolves when it listens, with its set-up link if it has one. */
export async function startCloud(cloud, { isDev = false, bundle = "dist/server.mjs", onHopeless }) {
  let setupUrl;
  const launch = async () => {
    const server = await launchServer(cloud, { isDev, bundle });
    setupUrl = server.setupUrl;
    return server;
  };
  const handle = await keepRunning({ name: cloud.title, launch, onHopeless });
  return { ...handle, setupUrl };
}

async function launchServer(cloud, { isDev, bundle }) {
  const log = openLog(cloud.logFile);
  const args = [bundle, ...(isDev ? ["--dev"] : [])];
  // Detached, so that a Ctrl-C in the terminal reaches the launcher only; the channel tells it when we are gone.
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: environmentOf(cloud, isDev),
    detached: true,
    stdio: ["ignore", log, "pipe", "ipc"],
  });
  child.stderr.on("data", (bytes) => fs.writeSync(log, bytes));
  const ended = endOf(child).finally(() => fs.closeSync(log));
  const setupUrl = await readiness(child, ended, cloud);
  return {
    pid: child.pid,
    setupUrl,
    ended,
    stop: () => stopChild({ child, ended }),
    kill: () => child.kill("SIGKILL"),
  };
}

function readiness(child, ended, { title, logFile }) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Plain(`${title} did not get ready in ${START_PATIENCE / 1_000} s. Its log is ${logFile}.`));
    }, START_PATIENCE);
    child.on("message", (message) => {
      if (!message?.ready) return;
      clearTimeout(timer);
      resolve(message.setupUrl);
    });
    child.on("error", (error) => reject(new Plain(`${title} could not be started: ${error.message}`)));
    ended.then(({ code, lastWords }) => {
      clearTimeout(timer);
      const sentence = lastWords || `${title} ended before it was ready.`;
      reject(new Plain(code === 78 ? sentence : `${sentence}\nThe log is ${logFile}.`, code || 1));
    });
  });
}
