import type { Call, Command } from "@/cli/client/command";
import { exitOf, Failure } from "@/cli/client/failure";
import { localCommands } from "@/cli/client/local";
import { runCommand } from "@/cli/client/run-command";
import { closeDb } from "@/lib/core/db";
import { expectedError } from "@/lib/http/faces";

/** What a room refuses ends with the code that the same refusal has over HTTP. */
const told = (run: Command["run"]) => async (call: Call) => {
  await run?.(call).catch((error) => {
    if (error instanceof Failure) throw error;
    const { status, code, message } = expectedError(error);
    throw new Failure(exitOf(status), message, { status, code });
  });
};

/** The program of a group of commands that work at the data of one's own cloud: runs the one that was typed, and ends. */
export async function runLocalProgram(group: string, runs: Record<string, Command["run"]>): Promise<never> {
  const commands = localCommands.map((command) => ({ ...command, run: told(runs[command.name]) }));
  const code = await runCommand(commands, [group, ...process.argv.slice(2)]);
  await closeDb();
  process.exit(code);
}
