// npm run backup [-- file.tar]: database, blobs and key of the cloud in DATA_DIR, in one archive. The cloud may go on.
import path from "node:path";
import { readOrMakeKey, requireCloud } from "./lib/cloud.mjs";
import { dataFolder } from "./lib/paths.mjs";
import { endWith } from "./lib/plain.mjs";
import { prepareCode } from "./lib/prepare.mjs";

async function main() {
  const day = new Date().toISOString().slice(0, 16).replace(/\D/g, "-");
  const file = path.resolve(process.argv[2] ?? `tessera-${day}.tar`);
  const folder = dataFolder();
  requireCloud(folder);
  await prepareCode();
  const { writeBackup } = await import("./lib/backup.mjs");
  const { withOwnDatabase } = await import("./lib/own-database.mjs");
  const bucket = process.env.S3_BUCKET;
  const { tables, blobs, inBucket, damaged } = await withOwnDatabase(folder, {}, (databaseUrl) =>
    writeBackup({ databaseUrl, folder, key: readOrMakeKey(folder), file, bucket }),
  );
  console.log(`${file}: ${tables} tables, ${blobs} blobs and the key. Keep it as safe as the cloud itself.`);
  if (inBucket > 0)
    console.log(`${inBucket} more blobs are in the bucket ${bucket}, and not in this file: keep a copy of it too.`);
  if (damaged > 0)
    console.log(`${damaged} more are known to be damaged or lost, and left out: see Administration, Storage.`);
}

await main().catch(endWith);
