import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type pg from "pg";
import type { TestProject } from "vitest/node";
import { withClient } from "@/scripts/lib/database.mjs";
import { bringUpToDate } from "@/scripts/lib/migrations.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The server that tests may make databases on, and the name of the one that they clone. */
    adminUrl: string;
    template: string;
  }
}

/** Every database of this run begins with it, so that runs side by side on one server do not meet. */
const PREFIX = `tessera_test_${process.pid}`;

/** A PostgreSQL for this run alone, in a folder that goes with it. */
async function startThrowaway(): Promise<{ url: string; stop: () => Promise<void> }> {
  const { startPostgres } = await import("@/scripts/lib/postgres.mjs");
  const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-test-"));
  const onHopeless = (error: Error) => {
    throw error;
  };
  const cluster = await startPostgres({
    folder: path.join(folder, "pg"),
    logFile: path.join(folder, "postgres.log"),
    durable: false,
    onHopeless,
  });
  const stop = async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  };
  return { url: cluster.urlOf("postgres"), stop };
}

async function dropDatabases(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client: pg.Client) => {
    const { rows } = await client.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [PREFIX]);
    for (const { datname } of rows) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
  });
}

/** Once per run: a template database with every migration applied, which each worker clones. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const throwaway = process.env.TEST_DATABASE_URL ? null : await startThrowaway();
  const adminUrl = throwaway?.url ?? process.env.TEST_DATABASE_URL ?? "";
  const template = `${PREFIX}_template`;
  await withClient(adminUrl, (client: pg.Client) => client.query(`CREATE DATABASE ${template}`));
  const templateUrl = new URL(adminUrl);
  templateUrl.pathname = template;
  await bringUpToDate(templateUrl.href);
  project.provide("adminUrl", adminUrl);
  project.provide("template", template);

  return async () => {
    if (throwaway) await throwaway.stop();
    else await dropDatabases(adminUrl);
  };
}
