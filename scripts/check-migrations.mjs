// Fails when prisma/schema.prisma and the migrations differ. Prisma's own comparison is blind to, or confused by, what
// its schema cannot say (partial indexes, NULLS NOT DISTINCT, expressions, collations, checks, unlogged tables). So two
// databases are made, one by the migrations and one by the SQL that Prisma writes for the schema, and their catalogues
// compared: all that the schema asks for must be there, and only what the schema cannot say may be there besides.
import { differences, readCatalogue } from "./lib/catalogue.mjs";
import { withClient } from "./lib/database.mjs";
import { migrate } from "./lib/migrations.mjs";
import { bin } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { run } from "./lib/run.mjs";
import { openScratchServer, withScratchDatabase } from "./lib/scratch-database.mjs";

const schemaSql = (adminUrl) =>
  run(bin("prisma"), ["migrate", "diff", "--from-empty", "--to-schema", "prisma/schema.prisma", "--script"], {
    env: { DATABASE_URL: adminUrl, CHECKPOINT_DISABLE: "1" }, // the engine connects even for this
    name: "prisma migrate diff",
  });

const catalogueAfter = (adminUrl, build) =>
  withScratchDatabase(adminUrl, (url) =>
    withClient(url, async (client) => {
      await build(client);
      return readCatalogue(client);
    }),
  );

async function main() {
  const scratch = await openScratchServer();
  try {
    const sql = await schemaSql(scratch.adminUrl);
    const wanted = await catalogueAfter(scratch.adminUrl, (client) => client.query(sql));
    const made = await catalogueAfter(scratch.adminUrl, (client) => migrate(client));
    const lines = differences(wanted, made);
    if (lines.length > 0) throw new Plain(`Schema and migrations differ:\n${lines.join("\n")}`);
    console.log(`Schema and migrations agree on ${wanted.size} definitions.`);
  } finally {
    await scratch.stop();
  }
}

await main().catch(endWith);
