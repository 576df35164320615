import fs from "node:fs";
import path from "node:path";
import { plainFileError } from "./plain.mjs";

const LARGE = 20 * 1024 * 1024;

/** Opens a log for appending. One that has grown large is put aside first, in place of the one put aside before. */
export function openLog(file) {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGE) fs.renameSync(file, `${file}.1`);
    return fs.openSync(file, "a", 0o600);
  } catch (error) {
    throw plainFileError(error, path.dirname(file));
  }
}

/** What was written to a log after it had the given size. */
export function readLogFrom(file, size) {
  return fs.existsSync(file) ? fs.readFileSync(file).subarray(size).toString("utf8") : "";
}
