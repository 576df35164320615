import { parseArgs } from "node:util";
import { type Call, type Command, commonOf } from "./command";
import { EXIT, Failure, sentenceOf, wrongUsage } from "./failure";
import { helpOf, helpOfGroup, overview } from "./help";
import { remark, say } from "./print";

/** Runs the command that was typed. Resolves with the exit code; what failed has been said. */
export async function runCommand(commands: Command[], typed: string[]): Promise<number> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok); // whoever reads has read enough
    throw error;
  });
  try {
    await run(commands, inOrder(commands, typed));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (typed.includes("--json")) {
      process.stderr.write(`${JSON.stringify({ exit: error.exit, ...error.refusal, detail: error.message })}\n`);
    } else for (const line of error.message.split("\n")) remark(line);
    return error.exit;
  }
}

/** The common options may stand before the command as well. */
function inOrder(commands: Command[], typed: string[]): string[] {
  const first = typed.findIndex((word, index) => !word.startsWith("-") && typed[index - 1] !== "--cloud");
  if (first <= 0) return typed;
  const rest = typed.slice(first);
  const words = findCommand(commands, rest)?.name.split(" ").length ?? 1;
  return [...rest.slice(0, words), ...typed.slice(0, first), ...rest.slice(words)];
}

/** The names of commands have at most so many words. */
const WORDS = 3;

function findCommand(commands: Command[], typed: string[]): Command | undefined {
  for (let words = Math.min(WORDS, typed.length); words > 0; words--) {
    const command = commands.find(({ name }) => name === typed.slice(0, words).join(" "));
    if (command) return command;
  }
  return undefined;
}

/** The commands whose names begin with these words, as many of them as fit some; none: not even the first does. */
function findGroup(commands: Command[], typed: string[]): { group: string; members: Command[] } {
  for (let words = Math.min(WORDS, typed.length); words > 0; words--) {
    const group = typed.slice(0, words).join(" ");
    const members = commands.filter(({ name }) => name.startsWith(`${group} `));
    if (members.length > 0) return { group, members };
  }
  throw wrongUsage(`There is no command "${typed[0]}". All of them: tessera help`);
}

async function run(commands: Command[], typed: string[]): Promise<void> {
  const [first = "help"] = typed;
  if (["help", "--help", "-h"].includes(first)) return say(explanationOf(commands, typed.slice(1)));
  const command = findCommand(commands, typed);
  if (!command) {
    if (typed.some((word) => word === "--help" || word === "-h")) return say(explanationOf(commands, typed));
    const { group, members } = findGroup(commands, typed);
    throw wrongUsage(`Say what to do:\n${helpOfGroup(group, members)}`);
  }
  const call = readCall(command, typed.slice(command.name.split(" ").length));
  if (call.flag("help")) return say(helpOf(command));
  const [fewest, most] = command.count;
  if (call.args.length < fewest || call.args.length > most) {
    throw wrongUsage(`It is called so: tessera ${command.name} ${command.usage}\nMore: tessera help ${command.name}`);
  }
  await command.run?.(call);
}

function explanationOf(commands: Command[], words: string[]): string {
  if (words.length === 0) return overview(commands);
  const command = findCommand(commands, words);
  if (command) return helpOf(command);
  const { group, members } = findGroup(commands, words);
  return helpOfGroup(group, members);
}

function readCall(command: Command, rest: string[]): Call {
  const options = { ...command.options, ...commonOf(command) };
  try {
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true });
    const given = values as Record<string, string | boolean | undefined>;
    const textOf = (name: string) => (typeof given[name] === "string" ? given[name] : undefined);
    const { json, quiet } = given;
    return {
      args: positionals,
      flag: (name) => given[name] === true,
      text: textOf,
      json: json === true,
      quiet: quiet === true || json === true,
    };
  } catch (error) {
    throw wrongUsage(`${sentenceOf(error)}\nMore: tessera help ${command.name}`);
  }
}
