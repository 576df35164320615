import { COMMANDS } from "./commands";
import { runCommand } from "./run-command";

/** Runs what was typed after `tessera`, over HTTP. Resolves with the exit code; what failed has been said. */
export const main = (typed: string[]): Promise<number> => runCommand(COMMANDS, typed);
