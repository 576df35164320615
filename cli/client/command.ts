/** An option of a command, as `parseArgs` of Node takes it, with what help says of it. */
export type Option = { type: "boolean" | "string"; short?: string; value?: string; help: string };
export type Options = Record<string, Option>;

/** What was typed after the name of a command. */
export type Call = {
  args: string[];
  flag: (name: string) => boolean;
  text: (name: string) => string | undefined;
  /** The API's objects are wanted, for a program to read. */
  json: boolean;
  quiet: boolean;
};

export type Command = {
  /** As it is typed, such as `share create`. */
  name: string;
  /** The arguments after it, and how many there may be. */
  usage: string;
  count: [fewest: number, most: number];
  summary: string;
  details?: string;
  options?: Options;
  examples: string[];
  /** It works at the data of one's own cloud, and is part of another program (scripts/tessera.mjs): without a cloud to choose. */
  isLocal?: boolean;
  run?: (call: Call) => Promise<void>;
};

/** Those that every command takes, local ones the last of them. */
export const COMMON: Options = {
  cloud: {
    type: "string",
    value: "CLOUD",
    help: "which of the clouds you are signed in to, as `cloud list` names them",
  },
  json: { type: "boolean", help: "print the objects of the API, for scripts" },
  quiet: { type: "boolean", short: "q", help: "no progress and no summary" },
  help: { type: "boolean", short: "h", help: "what it does, with examples" },
};

export const commonOf = ({ isLocal }: Command): Options => (isLocal ? { help: COMMON["help"] as Option } : COMMON);
