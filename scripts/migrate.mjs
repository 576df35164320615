// node scripts/migrate.mjs brings the database of DATABASE_URL up to date.
import { withClient } from "./lib/database.mjs";
import { migrate } from "./lib/migrations.mjs";
import { endWith, Plain } from "./lib/plain.mjs";

try {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Plain("Name the database in DATABASE_URL; the embedded one is migrated by npm start.");
  const applied = await withClient(url, (client) => migrate(client));
  for (const name of applied) console.log(`applied ${name}`);
  console.log(applied.length === 0 ? "The database is up to date." : `${applied.length} applied.`);
} catch (error) {
  endWith(error);
}
