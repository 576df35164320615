import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { EntryView } from "@/lib/files/schema";
import { type Account, accountOf } from "./accounts";
import { type Batch, startBatch } from "./batch";
import type { Call, Command } from "./command";
import { EXIT, Failure, hasCode, wrongUsage } from "./failure";
import { readFolder } from "./files";
import { ask, broken, withQuery } from "./http";
import { drivePath, joinDrive, localName, stat } from "./paths";
import { counting, startProgress } from "./progress";

const TRIES = 5;
/** Milliseconds that a time may differ for having been kept as a fraction of seconds. */
const SAME_TIME = 2;

type Wanted = { account: Account; drive: string; entry: EntryView; target: string; call: Call };

const contentOf = (drive: string) => withQuery("/content/files", { path: drive });

async function get(call: Call): Promise<void> {
  const account = accountOf(call);
  const [typed = "", to = "."] = call.args;
  const drive = drivePath(typed);
  if (to === "-") return getToStdout(account, drive);
  const entry = await stat(account, drive);
  const target = isFolder(to) ? path.join(to, localName(entry.name || new URL(account.origin).hostname)) : to;
  if (entry.kind === "folder") return getFolder({ account, drive, entry, target, call });
  const batch = startBatch("fetched", call);
  if (await getFile({ account, drive, entry, target, call })) batch.done({ ...entry, to: target }, entry.size ?? 0);
  else batch.skip();
  batch.end();
}

const isFolder = (place: string) =>
  place.endsWith(path.sep) || fs.statSync(place, { throwIfNoEntry: false })?.isDirectory();

async function getToStdout(account: Account, drive: string): Promise<void> {
  const answer = await ask(account, "GET", contentOf(drive));
  await pipeline(answer, process.stdout, { end: false }).catch((error) => {
    throw broken(account.origin, error);
  });
}

async function getFolder(wanted: Wanted): Promise<void> {
  const { drive, call } = wanted;
  if (!call.flag("recursive")) throw wrongUsage(`${drive} is a folder: tessera get -r ${drive}`);
  const batch = startBatch("fetched", call);
  await getBelow(wanted, batch);
  batch.end();
}

async function getBelow({ account, drive, target, call }: Omit<Wanted, "entry">, batch: Batch): Promise<void> {
  fs.mkdirSync(target, { recursive: true });
  for (const entry of (await readFolder(account, drive)).items) {
    const below = joinDrive(drive, entry.name);
    try {
      const wanted = { account, drive: below, entry, target: path.join(target, localName(entry.name)), call };
      if (entry.kind === "folder") await getBelow(wanted, batch);
      else if (await getFile(wanted)) batch.done({ ...entry, to: wanted.target }, entry.size ?? 0);
      else batch.skip();
    } catch (error) {
      batch.fail(below, error);
    }
  }
}

/**
 * Fetches one file, under its name only when it is whole. What a broken run left is gone on with, if the file is still
 * the same. False: the same file is there already.
 */
async function getFile(wanted: Wanted): Promise<boolean> {
  const { entry, target, call } = wanted;
  const there = fs.statSync(target, { throwIfNoEntry: false });
  if (there) {
    const isSame = there.size === entry.size && Math.abs(there.mtimeMs - Date.parse(entry.modifiedAt)) < SAME_TIME;
    if (isSame) return false;
    if (there.isDirectory() || !call.flag("force")) throw new Failure(EXIT.conflict, `${target} is there already.`);
  }
  // Bound to this state of the file: the beginning of another is not gone on with.
  const state = createHash("sha256").update(`${wanted.account.origin}${entry.id}${entry.etag}`).digest("hex");
  const part = path.join(path.dirname(target), `.tessera-${state.slice(0, 16)}.part`);
  await fetchWhole(wanted, part);
  const changed = new Date(entry.modifiedAt);
  fs.utimesSync(part, changed, changed);
  fs.renameSync(part, target);
  return true;
}

async function fetchWhole(wanted: Wanted, part: string): Promise<void> {
  for (let left = TRIES; ; left--) {
    try {
      return await fetchRest(wanted, part);
    } catch (error) {
      // Without what it was resumed from, it is begun anew: it has changed, or its end had been reached.
      if (hasCode(error, "ETAG_MISMATCH")) fs.rmSync(part, { force: true });
      else if (!(error instanceof Failure) || error.exit !== EXIT.unreachable) throw error;
      if (left === 1) throw error;
      await sleep((TRIES - left + 1) * 300);
    }
  }
}

async function fetchRest({ account, drive, entry, call }: Wanted, part: string): Promise<void> {
  const before = fs.statSync(part, { throwIfNoEntry: false })?.size ?? 0;
  const resumes = before > 0 && entry.size !== null && before < entry.size;
  const headers = resumes ? { range: `bytes=${before}-`, "if-match": `"${entry.etag}"` } : undefined;
  const answer = await ask(account, "GET", contentOf(drive), { headers });
  const isRest = answer.statusCode === 206;
  const progress = startProgress(entry.name, entry.size, call.quiet, isRest ? before : 0);
  // At its place rather than at the end: two runs at once write the same bytes there.
  const file = fs.createWriteStream(part, isRest ? { flags: "r+", start: before } : { flags: "w" });
  const closed = once(file, "close").catch(() => {});
  let fault: Error | undefined;
  file.on("error", (error) => {
    fault = new Failure(EXIT.failed, `${path.dirname(part)} cannot be written: ${error.message}.`);
  });
  try {
    await pipeline(answer, counting(progress), file);
  } catch (error) {
    throw fault ?? broken(account.origin, error);
  } finally {
    progress.end();
    await closed; // a write under way would lengthen the part after the next try has looked at it
  }
}

export const getCommands: Command[] = [
  {
    name: "get",
    usage: "PATH [TO]",
    count: [1, 2],
    summary: "fetch a file, or a folder with -r",
    details:
      "TO is a file or a folder of this computer, by default the one you are in; - is the standard output. A file stands under its name only when it is whole. Begin again after a break, and what is there is not fetched twice.",
    options: {
      recursive: { type: "boolean", short: "r", help: "a folder with all that is in it" },
      force: { type: "boolean", short: "f", help: "replace files that are there and differ" },
    },
    examples: ["tessera get /Reports/2026.pdf", "tessera get -r /Photos ~/Pictures", "tessera get /notes.md - | less"],
    run: get,
  },
];
