import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { type Account, accountsFile } from "./accounts";

/** So long a cloud keeps an upload that nobody goes on with. */
const KEPT_MS = 3 * 86_400_000;

/** What is sent where; another file, or the same after a change, is another upload. */
export type Source = { file: string; size: number; modifiedMs: number };
type Target = { account: Account; drive: string; conflict: string };

/** Uploads that have not ended are noted one in a file, so that two runs do not write over each other's notes. */
const folder = () => path.join(path.dirname(accountsFile()), "uploads");

/** Where it is noted how far an upload came. */
export function noteOf({ file, size, modifiedMs }: Source, { account, drive, conflict }: Target): string {
  const { origin, userName } = account;
  const what = [path.resolve(file), size, modifiedMs, origin, userName, drive, conflict];
  return path.join(folder(), createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 32));
}

/** The address of the upload that an earlier run began, below the cloud's; undefined if there is none. */
export function readNote(note: string): string | undefined {
  const kept = fs.existsSync(note) ? fs.readFileSync(note, "utf8") : "";
  return /^\/content\/uploads\/[0-9a-f-]{36}$/.exec(kept)?.[0];
}

/** Forgets those that their clouds have forgotten as well. */
export function writeNote(note: string, address: string): void {
  fs.mkdirSync(folder(), { recursive: true, mode: 0o700 });
  for (const name of fs.readdirSync(folder())) {
    const other = path.join(folder(), name);
    const there = fs.statSync(other, { throwIfNoEntry: false });
    if (there && Date.now() - there.mtimeMs > KEPT_MS) removeNote(other);
  }
  fs.writeFileSync(note, address, { mode: 0o600 });
}

/** It is gone on with: its cloud keeps it longer, and so is its note kept. */
export function renewNote(note: string): void {
  const now = new Date();
  if (fs.existsSync(note)) fs.utimesSync(note, now, now);
}

export const removeNote = (note: string): void => fs.rmSync(note, { force: true });
