import type { ChildProcess } from "node:child_process";

/** Ends a program; resolves once it has ended, so that another can take its place. */
export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.on("close", () => resolve());
    child.kill("SIGTERM");
  });
}
