import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { withClient } from "./database.mjs";

/** A PostgreSQL on which databases may be made and dropped: TEST_DATABASE_URL's, or an embedded one in a new folder. */
export async function openScratchServer() {
  if (process.env.TEST_DATABASE_URL) return { adminUrl: process.env.TEST_DATABASE_URL, stop: async () => {} };
  const { startPostgres } = await import("./postgres.mjs");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-scratch-"));
  fs.chmodSync(folder, 0o711); // root's database runs as another user
  const cluster = await startPostgres({
    folder: path.join(folder, "pg"),
    logFile: path.join(folder, "postgres.log"),
    durable: false,
    onHopeless: (error) => {
      throw error;
    },
  });
  const stop = async () => {
    await cluster.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return { adminUrl: cluster.urlOf("postgres"), stop };
}

/** Makes an empty database, does the work with its address, and drops it. */
export async function withScratchDatabase(adminUrl, work) {
  const name = `tessera_scratch_${randomBytes(6).toString("hex")}`;
  const url = new URL(adminUrl);
  url.pathname = name;
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  try {
    return await work(url.href);
  } finally {
    await withClient(adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  }
}
