import readline from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { wrongUsage } from "./failure";

/** What the person types; with `secret` nothing of it is seen. @throws Failure where nobody can be asked */
export async function prompt(question: string, { secret = false } = {}): Promise<string> {
  if (!process.stdin.isTTY) throw wrongUsage(`Nobody can be asked here: ${question}`);
  if (secret) process.stderr.write(`${question} `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = secret ? silent : process.stderr;
  const terminal = readline.createInterface({ input: process.stdin, output, terminal: true });
  terminal.on("SIGINT", () => process.exit(130));
  const typed = await terminal.question(`${question} `);
  terminal.close();
  if (secret) process.stderr.write("\n");
  return typed.trim();
}

/** Whether the person says yes; anything else is a no. */
export const confirm = async (question: string): Promise<boolean> =>
  /^y(es)?$/i.test(await prompt(`${question} [y/N]`));

/** What comes through the standard input, to its end. */
export const readStdin = async (): Promise<string> => (await text(process.stdin)).trim();
