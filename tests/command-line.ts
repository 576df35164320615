import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How the command ended, and what it said. */
export type Ended = { code: number; out: string; err: string };

type Surroundings = {
  /** The folder for settings: whoever shares it is the same person. */
  config: string;
  cwd?: string;
  input?: string | Buffer;
  env?: Record<string, string>;
};

/** Runs `tessera` as a person does in a shell, without a terminal. */
export async function tessera({ config, cwd, input, env }: Surroundings, ...args: string[]): Promise<Ended> {
  const program = `${process.cwd()}/scripts/tessera.mjs`;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: cwd ?? config,
    env: { PATH: process.env.PATH ?? "", HOME: config, XDG_CONFIG_HOME: config, NODE_ENV: "production", ...env },
    stdio: "pipe",
  });
  child.stdin.on("error", () => {}); // not every command reads to the end
  child.stdin.end(input ?? "");
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => resolve(code ?? -1));
  });
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

/** The standard output of a command that is to succeed. @throws with what it said otherwise */
export async function succeed(where: Surroundings, ...args: string[]): Promise<string> {
  const { code, out, err } = await tessera(where, ...args);
  if (code !== 0) throw new Error(`tessera ${args.join(" ")} ended with ${code}: ${err}`);
  return out.trimEnd();
}
