import type pg from "pg";
import type { TestProject } from "vitest/node";
import { withClient } from "@/scripts/lib/database.mjs";
import { bringUpToDate } from "@/scripts/lib/migrations.mjs";
import { openScratchServer } from "@/scripts/lib/scratch-database.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The server that tests may make databases on, and the name of the one that they clone. */
    adminUrl: string;
    template: string;
  }
}

/** Every database of this run begins with it, so that runs side by side on one server do not meet. */
const PREFIX = `tessera_test_${process.pid}_`;

async function dropDatabases(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client: pg.Client) => {
    const { rows } = await client.query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [PREFIX]);
    for (const { datname } of rows) await client.query(`DROP DATABASE "${datname}" WITH (FORCE)`);
  });
}

/** Once per run: a template database with every migration applied, which each worker clones. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { adminUrl, stop } = await openScratchServer();
  const template = `${PREFIX}template`;
  await withClient(adminUrl, (client: pg.Client) => client.query(`CREATE DATABASE ${template}`));
  const templateUrl = new URL(adminUrl);
  templateUrl.pathname = template;
  await bringUpToDate(templateUrl.href);
  project.provide("adminUrl", adminUrl);
  project.provide("template", template);

  return async () => {
    await dropDatabases(adminUrl);
    await stop();
  };
}
