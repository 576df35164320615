import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { plainFileError } from "./plain.mjs";

/** Something that a later process with the same number would not share: its start time, where Linux tells it. */
function identityOf(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return null;
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`; // field 22, after the name in brackets
  } catch {
    return String(pid);
  }
}

function holderOf(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const isAlive = (holder) => identityOf(Number.parseInt(holder, 10)) === holder;

/** Takes away the lock of a dead process. Renaming first means that of two who try, one does it. */
function removeStale(file, holder) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
    if (fs.readFileSync(aside, "utf8") !== holder) fs.linkSync(aside, file); // it was a new one: give it back
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  }
  fs.rmSync(aside, { force: true });
}

function writeIdentity(file, identity) {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, identity);
  } catch (error) {
    throw plainFileError(error, path.dirname(file));
  }
}

/** Takes the lock file for this process. Returns how to release it, or null while a living process holds it. */
export function tryLock(file) {
  const mine = `${file}.${process.pid}`;
  const identity = identityOf(process.pid);
  writeIdentity(mine, identity);
  try {
    for (;;) {
      try {
        fs.linkSync(mine, file); // unlike an exclusive create, the lock never exists without its content
        return () => holderOf(file) === identity && fs.rmSync(file, { force: true });
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const holder = holderOf(file);
      if (holder !== null && isAlive(holder)) return null;
      if (holder !== null) removeStale(file, holder);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** Does the work while holding the lock; waits for another run that has it, and says so once. */
export async function withLock(file, onWait, work) {
  let release = tryLock(file);
  if (!release) onWait();
  while (!release) {
    await sleep(200);
    release = tryLock(file);
  }
  try {
    return await work();
  } finally {
    release();
  }
}
