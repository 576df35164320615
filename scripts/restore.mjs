// npm run restore -- file.tar [--force] [--with-bucket]: makes the cloud in DATA_DIR what it was when the archive was written.
import path from "node:path";
import { parseArgs } from "node:util";
import { dataFolder } from "./lib/paths.mjs";
import { endWith, Plain } from "./lib/plain.mjs";
import { prepareCode } from "./lib/prepare.mjs";

async function main() {
  const known = { force: { type: "boolean" }, "with-bucket": { type: "boolean" } };
  const { values, positionals } = parseArgs({ options: known, allowPositionals: true });
  if (positionals.length !== 1) {
    throw new Plain("Name the archive: npm run restore -- tessera.tar [--force] [--with-bucket]");
  }
  const [file] = positionals;
  await prepareCode();
  const { withOwnDatabase } = await import("./lib/own-database.mjs");
  const { restoreBackup } = await import("./lib/restore.mjs");
  const folder = dataFolder();
  const { SECRET_KEY: secretKey, S3_BUCKET: bucket } = process.env;
  const { force, "with-bucket": withBucket } = values;
  const options = { folder, file: path.resolve(file), secretKey, force, bucket, withBucket };
  const { tables, createdAt } = await withOwnDatabase(folder, { alone: true }, (databaseUrl) =>
    restoreBackup({ databaseUrl, ...options }),
  );
  console.log(`Restored ${tables} tables, the blobs and the key, as they were at ${createdAt}.`);
}

await main().catch(endWith);
