import type { Command } from "./command";
import { completionCommands } from "./completion";
import { contactCommands } from "./contact";
import { fileCommands } from "./files";
import { getCommands } from "./get";
import { inviteCommands } from "./invite";
import { localCommands } from "./local";
import { loginCommands } from "./login";
import { putCommands } from "./put";
import { receivedCommands } from "./received";
import { shareCommands } from "./share";

/** Every command, in the order in which help lists them. */
export const COMMANDS: Command[] = [
  ...loginCommands,
  ...fileCommands,
  ...getCommands,
  ...putCommands,
  ...inviteCommands,
  ...contactCommands,
  ...shareCommands,
  ...receivedCommands,
  ...localCommands,
  ...completionCommands(() => COMMANDS),
];
