import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { renameSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { bundleOptions } from "@/scripts/lib/prepare.mjs";

const BUNDLES = path.resolve("test-results/programs");
const bundled = new Set<string>();

/** One file made of a program, to be run by Node: read source by source it would take seconds to start. */
export function bundleOf(source: string): string {
  const bundle = path.join(BUNDLES, `${path.basename(source, ".ts")}.mjs`);
  if (bundled.has(bundle)) return bundle;
  const outfile = `${bundle}.${process.pid}`; // another process may run what is there
  const { outdir: _, outExtension: __, ...options } = bundleOptions();
  buildSync({ ...(options as BuildOptions), entryPoints: [source], outfile, sourcemap: "inline" });
  renameSync(outfile, bundle);
  bundled.add(bundle);
  return bundle;
}

/** Runs tests/programs/<name>.ts as a process of its own, against the database of this test. */
export function startProgram(name: string, args: string[] = []): ChildProcess {
  const file = bundleOf(path.join(import.meta.dirname, "programs", `${name}.ts`));
  return fork(file, args, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

/** Whether there is a process of this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The next message that the program sends; fails when it ends without one. */
export async function messageOf(program: ChildProcess): Promise<unknown> {
  const ended = once(program, "exit").then(([code]) => Promise.reject(new Error(`the program ended with ${code}`)));
  const [message] = await Promise.race([once(program, "message"), ended]);
  return message;
}
