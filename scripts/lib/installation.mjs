import path from "node:path";
import { startCloud } from "./cloud.mjs";
import { ensureOwnDatabase } from "./database.mjs";
import { bringUpToDate } from "./migrations.mjs";
import { startPostgres } from "./postgres.mjs";
import { step } from "./progress.mjs";

/** The databases of all clouds of a plan, made where missing and up to date; the embedded server runs if it is needed. */
export async function openDatabases({ data, clouds }, { durable = true, onHopeless }) {
  let cluster = null;
  if (!process.env.DATABASE_URL || clouds.length > 1) {
    step("starting the database…");
    const logFile = path.join(data, "log/postgres.log");
    cluster = await startPostgres({ folder: path.join(data, "pg"), logFile, durable, onHopeless });
  }
  try {
    for (const cloud of clouds) {
      cloud.databaseUrl = cluster ? await ensureOwnDatabase(cluster, cloud.database) : process.env.DATABASE_URL;
      const applied = await bringUpToDate(cloud.databaseUrl);
      if (applied.length > 0) step(`${cloud.title}: ${applied.length} migrations applied`);
    }
  } catch (error) {
    await cluster?.stop();
    throw error;
  }
  return cluster;
}

/** Starts the servers of a plan side by side. If one cannot start, none stays. */
export async function startClouds(clouds, options) {
  step(clouds.length > 1 ? "starting the servers…" : "starting the server…");
  const results = await Promise.allSettled(clouds.map((cloud) => startCloud(cloud, options)));
  const failed = results.find((result) => result.status === "rejected");
  const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (!failed) return started;
  await Promise.all(started.map((server) => server.stop()));
  throw failed.reason;
}
