import { COMMON, type Command, commonOf, type Options } from "./command";
import { EXIT } from "./failure";

const WIDTH = 78;

/** Words in lines that fit a terminal, the further ones set in. */
function wrap(text: string, indent = ""): string {
  const lines = [indent];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line.trim() !== "" && line.length + word.length >= WIDTH) lines.push(indent + word);
    else lines[lines.length - 1] = line.trim() === "" ? indent + word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function columns(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows
    .map(([left, right]) => `  ${left.padEnd(width)}${wrap(right, " ".repeat(width + 2)).trimStart()}`)
    .join("\n");
}

const optionRows = (options: Options) =>
  Object.entries(options).map(([name, { short, value, help }]): [string, string] => [
    `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
    help,
  ]);

const callOf = ({ name, usage }: Command) => `${name} ${usage}`.trim();

/** Everything that can be done, a line each. */
export function overview(commands: Command[]): string {
  return [
    "tessera: your files on your cloud, and what you share with people on any cloud.",
    `Begin with\n  tessera login cloud.example.org\n  tessera put notes.md /\n  tessera share create /notes.md bob@cloud.example.net`,
    `Commands\n${columns(commands.map((command) => [callOf(command), command.summary]))}`,
    `Every command takes\n${columns(optionRows(COMMON))}`,
    "tessera help share create says more, with examples.",
  ].join("\n\n");
}

/** What one command does, with its options and examples. */
export function helpOf(command: Command): string {
  const { options, details, examples, summary } = command;
  return [
    `tessera ${callOf(command)}`,
    wrap(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    ...(details ? [wrap(details)] : []),
    ...(options ? [`Options\n${columns(optionRows(options))}`] : []),
    `Every command takes\n${columns(optionRows(commonOf(command)))}`,
    `For example\n${examples.map((example) => `  ${example}`).join("\n")}`,
    wrap(`Ends with ${exitText()}.`),
  ].join("\n\n");
}

/** The commands of a group, `share` say. */
export function helpOfGroup(group: string, commands: Command[]): string {
  const examples = commands.flatMap((command) => command.examples.slice(0, 1));
  return [
    columns(commands.map((command) => [callOf(command), command.summary])),
    `For example\n${examples.map((example) => `  ${example}`).join("\n")}`,
    `tessera help ${commands[0]?.name ?? group} says more.`,
  ].join("\n\n");
}

const EXIT_WORDS: Record<keyof typeof EXIT, string> = {
  ok: "done",
  failed: "failed",
  usage: "wrong usage",
  notSignedIn: "not signed in",
  notFound: "not found",
  refused: "refused",
  conflict: "something stands in the way",
  unreachable: "try again later",
};

const exitText = () =>
  Object.entries(EXIT)
    .map(([name, code]) => `${code} ${EXIT_WORDS[name as keyof typeof EXIT]}`)
    .join(", ");
