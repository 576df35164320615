import { spawn } from "node:child_process";
import { ROOT } from "./paths.mjs";
import { Plain } from "./plain.mjs";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill(); // nothing goes on building for a launcher that was told to end
});

/** Runs a command quietly and returns what it wrote to stdout. @throws Plain with its whole output when it fails. */
export function run(command, args, { env = {}, name = command } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    child.on("close", () => running.delete(child));
    let stdout = "";
    let everything = "";
    child.stdout.on("data", (bytes) => {
      stdout += bytes;
      everything += bytes;
    });
    child.stderr.on("data", (bytes) => {
      everything += bytes;
    });
    child.on("error", (error) => reject(new Plain(`${name} could not be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else if (everything.includes("ENOSPC")) reject(new Plain(`The disk is full: ${name} could not finish.`));
      else reject(new Plain(`${name} failed (${signal ?? `exit code ${code}`}):\n${everything.trim()}`));
    });
  });
}
