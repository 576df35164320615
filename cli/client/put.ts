import fs from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { EntryView } from "@/lib/files/schema";
import { type Account, accountOf } from "./accounts";
import { type Batch, startBatch } from "./batch";
import type { Call, Command } from "./command";
import { EXIT, Failure, hasCode, wrongUsage } from "./failure";
import { makeFolder } from "./files";
import { ask, withQuery } from "./http";
import { drivePath, joinDrive, placeIn, stat } from "./paths";
import { remark } from "./print";
import { counting, startProgress } from "./progress";
import { putResumable, RESUMABLE_FROM } from "./put-resumable";

type Sending = { account: Account; call: Call; batch: Batch };

async function put(call: Call): Promise<void> {
  const account = accountOf(call);
  const to = call.args.at(-1) ?? "";
  const sources = call.args.slice(0, -1);
  drivePath(to);
  const sending = { account, call, batch: startBatch("stored", call) };
  for (const source of sources) {
    if (source === "-") {
      await putStdin(sending, to);
      continue;
    }
    const there = fs.statSync(source, { throwIfNoEntry: false });
    if (!there) throw new Failure(EXIT.notFound, `There is no ${source} here.`);
    if (there.isDirectory() && !call.flag("recursive"))
      throw wrongUsage(`${source} is a folder: tessera put -r ${source}`);
    // Of several, each goes into the folder that is named.
    const place = sources.length > 1 && !to.endsWith("/") ? `${to}/` : to;
    const drive = await placeIn(account, place, path.basename(path.resolve(source)));
    if (there.isDirectory()) await putFolder(sending, source, drive);
    else await putOne(sending, source, drive);
  }
  sending.batch.end();
}

async function putFolder(sending: Sending, folder: string, drive: string): Promise<void> {
  await makeFolder(sending.account, drive);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const [source, target] = [path.join(folder, entry.name), joinDrive(drive, entry.name)];
    // A link may lead out of the folder, or in circles.
    if (entry.isDirectory())
      await putFolder(sending, source, target).catch((error) => sending.batch.fail(source, error));
    else if (entry.isFile()) await putOne(sending, source, target).catch((error) => sending.batch.fail(source, error));
    else remark(`${source} is left out: it is neither a file nor a folder.`);
  }
}

async function putOne({ account, call, batch }: Sending, file: string, drive: string): Promise<void> {
  const { size, mtimeMs: modifiedMs } = fs.statSync(file);
  const conflict = call.flag("force") ? "replace" : call.flag("keep-both") ? "keep-both" : "ask";
  const storing = { account, source: { file, size, modifiedMs }, drive, conflict, quiet: call.quiet };
  try {
    const place = size >= RESUMABLE_FROM ? await putResumable(storing) : null;
    batch.done(place === null ? await putInOne(storing) : await stat(account, place), size);
  } catch (error) {
    if (!call.flag("skip-existing") || !hasCode(error, "NAME_TAKEN")) throw error;
    batch.skip();
  }
}

async function putInOne({ account, source, drive, conflict, quiet }: Parameters<typeof putResumable>[0]) {
  const { file, size } = source;
  const progress = startProgress(path.basename(file), size, quiet);
  // What is appended meanwhile does not fit the length that was told.
  const bytes = size > 0 ? fs.createReadStream(file, { end: size - 1 }) : Readable.from([]);
  const body = bytes.pipe(counting(progress));
  bytes.on("error", (error: Error) =>
    body.destroy(new Failure(EXIT.failed, `${file} cannot be read: ${error.message}.`)),
  );
  const query = withQuery("/content/files", { path: drive, conflict });
  try {
    const answer = await ask(account, "PUT", query, { body, headers: { "content-length": String(size) } });
    return JSON.parse(await text(answer)) as EntryView;
  } finally {
    bytes.destroy();
    progress.end();
  }
}

const IN_THE_WAY = (drive: string) => `${drive} is there already, or the folder above it is not.`;

/** Over WebDAV, which asks for no length beforehand. */
async function putStdin({ account, call, batch }: Sending, to: string): Promise<void> {
  if (to.endsWith("/"))
    throw wrongUsage("What comes through the standard input needs a name: tessera put - /backup.sql");
  const drive = drivePath(to);
  const progress = startProgress(drive, null, call.quiet);
  const way = ["dav", "files", account.userName, ...drive.split("/").slice(1)].map(encodeURIComponent).join("/");
  const headers: Record<string, string> = call.flag("force") ? {} : { "if-none-match": "*" };
  try {
    await ask(account, "PUT", `/${way}`, { body: process.stdin.pipe(counting(progress)), headers });
  } catch (error) {
    throw error instanceof Failure && error.exit === EXIT.conflict
      ? new Failure(EXIT.conflict, IN_THE_WAY(drive))
      : error;
  } finally {
    progress.end();
  }
  const entry = await stat(account, drive);
  batch.done(entry, entry.size ?? 0);
}

export const putCommands: Command[] = [
  {
    name: "put",
    usage: "FILE… PATH",
    count: [2, Number.POSITIVE_INFINITY],
    summary: "store files, or folders with -r",
    details:
      "PATH is a folder that is there, ends with a slash, or is the new name. FILE may be - for the standard input. The cloud shows a file only when it has all of it; a large one that broke off is gone on with when you call the same again. What stands there is not replaced unless you say so.",
    options: {
      recursive: { type: "boolean", short: "r", help: "folders with all that is in them" },
      force: { type: "boolean", short: "f", help: "replace what stands there" },
      "skip-existing": { type: "boolean", help: "leave what stands there, and go on" },
      "keep-both": { type: "boolean", help: "store it under another name beside what stands there" },
    },
    examples: [
      "tessera put notes.md /",
      "tessera put -r ~/Pictures/2026 /Photos",
      "pg_dump shop | tessera put - /Backups/shop.sql --force",
    ],
    run: put,
  },
];
