import http from "node:http";
import { Session } from "node:inspector/promises";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import next from "next";
import { ensureFirstAdmin } from "@/lib/admin/set-up";
import { setUpUrl } from "@/lib/admin/sites";
import { config } from "@/lib/core/config";
import { closeDb } from "@/lib/core/db";
import { hasCode } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { stopHolding } from "@/lib/files/uploads/hold";
import { startRunner } from "@/lib/jobs/runner";
import { stopLive } from "@/lib/notices/live";
import { ensureFirstSite, openSetUp } from "@/lib/sites/first-site";
import { requireOwnSecretKey } from "@/lib/sites/keys";
import { setOwnListener } from "@/lib/sites/own-listener";
import { dispatcher, type Handler } from "./dispatch";
import { watchAnswers } from "./shut-down";
import { startTellingContents } from "./tell-contents";
import { jobs } from "./worker";

/** Starting again would not help: the launcher shows the sentence and leaves it. */
const EXIT_CONFIGURATION = 78;
const IDLE = 120_000;
/** Each costs memory, whoever holds it; a proxy in front can bound them per address. */
const MAX_CONNECTIONS = 10_000;
/** How long transfers may go on after a signal: the launcher kills what has not ended in 20 s. */
const FOR_TRANSFERS = 16_000;
/** The same when the launcher is gone, and the database with it. */
const WITHOUT_LAUNCHER = 3_000;

/** The last thing on stderr is what the launcher shows. */
function give(sentence: string, code: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

/** Codes of what only whoever configures this cloud can mend. */
const UNUSABLE = ["ORIGIN_CHANGED", "SECRET_KEY_WRONG", "ADMIN_INVALID"];

function startSentence(error: unknown): [sentence: string, code: number] {
  const { code, message } = error as { code?: string; message: string };
  const { host, port } = config().listen;
  if (UNUSABLE.some((one) => hasCode(error, one))) return [message, EXIT_CONFIGURATION];
  if (code === "EACCES")
    return [`Port ${port} may not be used by this account: choose another PORT.`, EXIT_CONFIGURATION];
  if (code === "EADDRNOTAVAIL") return [`HOST ${host} is no address of this machine.`, EXIT_CONFIGURATION];
  if (code === "EADDRINUSE") return [`Port ${port} is in use: choose another PORT, or stop what uses it.`, 1];
  if (code === "P2021") return ["The database has no tables yet: run node scripts/migrate.mjs.", EXIT_CONFIGURATION];
  return [`The server could not start: ${message}`, 1];
}

/** Makes the first site and, if the environment names one, its administrator. Returns the link to the set-up page. */
async function prepareSite(): Promise<string | undefined> {
  const site = await ensureFirstSite();
  await requireOwnSecretKey(site.id);
  await ensureFirstAdmin(site);
  return (await openSetUp(site.id)) ? setUpUrl(site) : undefined;
}

async function prepareNext(server: http.Server): Promise<Handler> {
  const { mode, listen } = config();
  // next-auth believes the forwarded origin, which is ours: see settle.ts.
  process.env.AUTH_TRUST_HOST = "1";
  delete process.env.NEXTAUTH_URL;
  const app = next({
    dev: mode === "development",
    dir: process.cwd(),
    hostname: listen.host,
    port: listen.port,
    httpServer: server,
  });
  await app.prepare();
  return app.getRequestHandler();
}

function makeServer(): http.Server {
  // A big upload takes as long as it takes; a silent connection does not.
  const server = http.createServer({ requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 65_000 });
  server.setTimeout(IDLE);
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function listen(server: http.Server): Promise<void> {
  const { host, port } = config().listen;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

/** Where one reaches a server that listens on every address of the machine, from within. */
function doorOf({ address, port }: AddressInfo): { address: string; port: number } {
  const within: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  return { address: within[address] ?? address, port };
}

/**
 * V8 counts the chunks of a transfer to what has gathered since it last looked for garbage, and after a quiet time it
 * looks again after a tenth more: it would go through everything for each 30 MB of an upload.
 */
function letGarbageGather(): void {
  setFlagsFromString("--heap-growing-percent=50");
}

/**
 * Before V8 has looked for garbage once, it lets half a GB of it gather. From then on it goes by what is in use: so that
 * is told early.
 */
async function collectGarbage(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
}

async function main(): Promise<void> {
  letGarbageGather();
  const setupUrl = await prepareSite();
  const server = makeServer();
  const handle = dispatcher(await prepareNext(server));
  const drain = watchAnswers(server);
  await collectGarbage();
  server.on("request", (req, res) => void handle(req, res));
  await listen(server);
  setOwnListener(doorOf(server.address() as AddressInfo));
  const runner = startRunner(jobs);
  const stopTelling = startTellingContents();

  let isStopping = false;
  const stop = async (patience: number) => {
    if (isStopping) return;
    isStopping = true;
    logger("server").info("stopping");
    stopTelling();
    setTimeout(() => process.exit(1), patience + 3_000).unref(); // a job may not want to end
    await Promise.all([drain(patience), runner.stop(), stopLive()]);
    await stopHolding();
    await closeDb();
    process.exit(0);
  };
  process.on("SIGTERM", () => stop(FOR_TRANSFERS)).on("SIGINT", () => stop(FOR_TRANSFERS));
  process.on("disconnect", () => stop(WITHOUT_LAUNCHER));
  const { host, port } = config().listen;
  logger("server").info({ origin: config().publicOrigin, host, port }, "listening");
  if (process.send) process.send({ ready: true, setupUrl });
  else if (setupUrl) process.stderr.write(`Set this cloud up (the link works once): ${setupUrl}\n`);
}

try {
  config();
} catch (error) {
  give((error as Error).message, EXIT_CONFIGURATION);
}
main().catch((error) => {
  const [sentence, code] = startSentence(error);
  if (code !== EXIT_CONFIGURATION) logger("server").fatal({ err: error }, "start failed");
  give(sentence, code);
});
