import { execFile, execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const isThere = (program: string) =>
  (process.env.PATH ?? "").split(path.delimiter).some((folder) => fs.existsSync(path.join(folder, program)));

/**
 * Whether a program that only tests need is installed: a client of WebDAV, say. On a Debian that is ours to change, as where the browser for the browser
 * tests is installed too, it is; elsewhere tests of it are skipped, and their names say what is missing.
 */
export function hasProgram(program: string, { debianPackage = program } = {}): boolean {
  if (isThere(program)) return true;
  if (process.getuid?.() !== 0 || !fs.existsSync("/etc/debian_version")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // One after the other: test files run side by side, and apt refuses whoever comes while it works.
  const lock = path.join(os.tmpdir(), "tessera-apt.lock");
  const aptGet = (...args: string[]) =>
    execFileSync("flock", [lock, "apt-get", ...args], { env, stdio: "ignore", timeout: 240_000 });
  try {
    aptGet("install", "-y", "--no-install-recommends", debianPackage);
  } catch {
    try {
      // Only when the package lists are stale or missing is it worth fetching them.
      aptGet("update");
      aptGet("install", "-y", "--no-install-recommends", debianPackage);
    } catch {
      return false;
    }
  }
  return isThere(program);
}

const MAY_MOUNT = 1n << 21n; // CAP_SYS_ADMIN

/** Whether a folder of another machine can be mounted here: not in most containers, nor by who is not root. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0 || !fs.existsSync("/dev/fuse")) return false;
  const rights = /^CapEff:\s*([0-9a-f]+)$/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1];
  return (BigInt(`0x${rights ?? "0"}`) & MAY_MOUNT) !== 0n;
}

type Result = { status: number; output: string };
type Options = { env?: Record<string, string>; cwd?: string; input?: string };

/** Runs a program to its end, which never fails here: how it ended and all that it wrote is for the test to judge. */
export async function runProgram(program: string, args: string[], { env, cwd, input }: Options = {}): Promise<Result> {
  const options = { env: { ...process.env, ...env }, cwd, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 };
  const running = promisify(execFile)(program, args, options);
  if (input !== undefined) running.child.stdin?.end(input);
  return running.then(
    ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
    ({ code, stdout = "", stderr = "" }) => ({ status: typeof code === "number" ? code : -1, output: stdout + stderr }),
  );
}

/** A folder that a program may write to; it is removed with the run's other temporary ones. */
export const scratchFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), "tessera-client-"));
