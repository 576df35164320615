// npm run restore -- file.tar [--force]: makes the cloud in DATA_DIR what it was when the archive was written.
import path from "node:path";
import { parseArgs } from "node:util";
import { dataFolder } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { prepareCode } from "./lib/prepare.mjs";

async function main() {
  const { values, positionals } = parseArgs({ options: { force: { type: "boolean" } }, allowPositionals: true });
  if (positionals.length !== 1) throw new Plain("Name the archive: npm run restore -- tessera.tar [--force]");
  const [file] = positionals;
  await prepareCode();
  const { withOwnDatabase } = await import("./lib/own-database.mjs");
  const { restoreBackup } = await import("./lib/restore.mjs");
  const folder = dataFolder();
  const options = { folder, file: path.resolve(file), secretKey: process.env.SECRET_KEY, force: values.force };
  const { tables, createdAt } = await withOwnDatabase(folder, { alone: true }, (databaseUrl) =>
    restoreBackup({ databaseUrl, ...options }),
  );
  console.log(`Restored ${tables} tables, the blobs and the key, as they were at ${createdAt}.`);
}

await main().catch(endWith);
