import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endOf, keepRunning } from "./children.mjs";
import { canConnect } from "./database.mjs";
import { openLog, readLogFrom } from "./logs.mjs";
import { Plain } from "./plain.mjs";
import { freePort } from "./ports.mjs";
import { databaseUser, findPostgres, openClusterFolder } from "./postgres-files.mjs";

const WATCHDOG = path.join(import.meta.dirname, "postgres-watchdog.mjs");
/** Tests throw the database away: it need not survive a power cut. */
const NOT_DURABLE = ["fsync=off", "full_page_writes=off"];
/**
 * A young cloud may grow a hundredfold within seconds, and what is known of its tables leads to the wrong index until they
 * are counted anew: that is looked after this often instead of once a minute.
 */
const WATCHFUL = ["autovacuum_naptime=5s"];
/** Children of a postmaster that was killed hold its shared memory until they notice. */
const LEFTOVER_MESSAGES = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;
const LEFTOVER_PATIENCE = 20_000;

/**
 * Runs the embedded PostgreSQL over a cluster folder and keeps it running, always on the same port.
 * It stops by itself within ten seconds when this process is gone.
 */
export async function startPostgres({ folder, logFile, durable = true, onHopeless }) {
  const user = databaseUser();
  const native = findPostgres(user);
  const { place, password } = await openClusterFolder({ folder, native, user });
  const port = await freePort();
  const urlOf = (database, role = "postgres", secret = password) =>
    `postgresql://${role}:${secret}@127.0.0.1:${port}/${database}`;
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC", "log_timezone=UTC"];
  settings.push(...(durable ? WATCHFUL : NOT_DURABLE));

  const config = { user, place, logFile, adminUrl: urlOf("postgres") };
  config.command = [path.join(native, "bin/postgres"), "-D", place, "-p", String(port)];
  config.command.push(...settings.flatMap((setting) => ["-c", setting]));
  const launch = () => launchPatiently(config);
  const handle = await keepRunning({ name: "The database", launch, onHopeless });
  return { ...handle, port, password, urlOf, place };
}

async function launchPatiently(config) {
  const deadline = Date.now() + LEFTOVER_PATIENCE;
  for (;;) {
    await endLeftover(config.place);
    const problem = await launchOnce(config);
    if (problem.pid) return problem;
    if (!LEFTOVER_MESSAGES.test(problem.log) || Date.now() > deadline) {
      throw new Plain(`The database did not start: ${reason(problem.log)} The whole story is in ${config.logFile}.`);
    }
    await sleep(200);
  }
}

const reason = (log) => {
  if (log.includes("No space left on device")) return "the disk is full.";
  return log.split("\n").findLast((line) => line.includes("FATAL")) ?? "it gave no reason.";
};

/** Resolves with the running database, or with what it wrote before it ended. */
async function launchOnce({ command, user, place, logFile, adminUrl }) {
  const log = openLog(logFile);
  const before = fs.fstatSync(log).size;
  const args = [WATCHDOG, String(user.uid ?? "-"), String(user.gid ?? "-"), ...command];
  // Detached, so that a Ctrl-C in the terminal reaches the launcher first and the database last.
  const child = spawn(process.execPath, args, { detached: true, stdio: ["pipe", log, log] });
  child.stdin.on("error", () => {}); // it died first
  fs.closeSync(log);
  let hasEnded = false;
  const ended = endOf(child).then((end) => {
    hasEnded = true;
    return { ...end, lastWords: "" };
  });
  while (!hasEnded && !(await canConnect(adminUrl))) await sleep(40);
  if (hasEnded) return { log: readLogFrom(logFile, before) };

  return {
    pid: postmasterOf(place),
    ended,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
    kill: () => process.kill(postmasterOf(place), "SIGKILL"),
  };
}

function postmasterOf(place) {
  try {
    return Number.parseInt(fs.readFileSync(path.join(place, "postmaster.pid"), "utf8"), 10);
  } catch {
    return null;
  }
}

/** Whether a process is a PostgreSQL working in this folder. Where /proc is missing, nobody is accused. */
function isPostmaster(pid, place) {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === place;
  } catch {
    return false;
  }
}

/** Ends the database of an earlier launcher whose watchdog is gone too. */
async function endLeftover(place) {
  const pid = postmasterOf(place);
  if (pid === null || !isPostmaster(pid, place)) return;
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < LEFTOVER_PATIENCE && isPostmaster(pid, place); waited += 100) await sleep(100);
}
