import fs from "node:fs";
import path from "node:path";
import { canConnect, ensureOwnDatabase } from "./database.mjs";
import { tryLock } from "./lock.mjs";
import { Plain } from "./plain.mjs";
import { OWN_DATABASE } from "./plan.mjs";
import { startPostgres } from "./postgres.mjs";

/** The embedded database server of a running cloud, or null. */
export async function findRunning(folder) {
  const pidFile = path.join(folder, "postmaster.pid");
  if (!fs.existsSync(pidFile)) return null;
  const port = fs.readFileSync(pidFile, "utf8").split("\n")[3];
  const password = fs.readFileSync(`${folder}.password`, "utf8");
  const urlOf = (database, role = "postgres", secret = password) =>
    `postgresql://${role}:${secret}@127.0.0.1:${port}/${database}`;
  return (await canConnect(urlOf("postgres"))) ? { password, urlOf } : null;
}

/**
 * Does the work with the address of this cloud's database: DATABASE_URL's, the embedded one of the running cloud, or
 * the embedded one started for this. With `alone`, a running cloud is refused.
 */
export async function withOwnDatabase(data, { alone = false }, work) {
  const release = tryLock(path.join(data, "launcher.lock"));
  if (!release && alone) throw new Plain(`Tessera is running on ${data}. Stop it first.`);
  let started = null;
  try {
    if (process.env.DATABASE_URL) return await work(process.env.DATABASE_URL);
    const folder = path.join(data, "pg");
    const running = await findRunning(folder);
    if (!running) {
      const onHopeless = (error) => console.error(error.message);
      started = await startPostgres({ folder, logFile: path.join(data, "log/postgres.log"), onHopeless });
    }
    return await work(await ensureOwnDatabase(running ?? started, OWN_DATABASE));
  } finally {
    await started?.stop();
    release?.();
  }
}
