// node scripts/migrate.mjs brings the database of DATABASE_URL up to date.
import { bringUpToDate } from "./lib/migrations.mjs";
import { endWith, Plain } from "./lib/plain.mjs";

try {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Plain("Name the database in DATABASE_URL; the embedded one is migrated by npm start.");
  const applied = await bringUpToDate(url);
  for (const name of applied) console.log(`applied ${name}`);
  console.log(applied.length === 0 ? "The database is up to date." : `${applied.length} applied.`);
} catch (error) {
  endWith(error);
}
