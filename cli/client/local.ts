import type { Command, Options } from "./command";

const DATA = "DATA_DIR= names the data of the cloud, and DATABASE_URL= a database outside of it.";
const OUTPUT: Options = {
  site: {
    type: "string",
    value: "HOST",
    help: "which of the clouds of this installation; the first unless you say so",
  },
  json: { type: "boolean", help: "print the objects of the API, for scripts" },
};

/** What works at the data of a cloud that runs on this machine: cli/doctor.ts and cli/admin.ts, which know the rest. */
export const localCommands: Command[] = [
  {
    name: "doctor",
    usage: "CLOUD",
    count: [1, 1],
    summary: "on the machine of your own cloud: try out its way to another one",
    details: `Tells step by step what was seen, what it means, and how either side mends it. ${DATA}`,
    isLocal: true,
    examples: ["tessera doctor cloud.example.org"],
  },
  {
    name: "admin people list",
    usage: "[SEARCH]",
    count: [0, 1],
    summary: "on the machine of your own cloud: who has an account",
    details: DATA,
    isLocal: true,
    options: OUTPUT,
    examples: ["tessera admin people list", "tessera admin people list alice --json"],
  },
  {
    name: "admin people add",
    usage: "USERNAME",
    count: [1, 1],
    summary: "on the machine of your own cloud: give somebody an account",
    details: `Prints a first password, which is to be replaced at the first sign-in. ${DATA}`,
    isLocal: true,
    options: {
      name: { type: "string", value: "NAME", help: "how the person is called; the user name unless you say so" },
      mail: { type: "string", value: "ADDRESS", help: "the mail address, for which you answer" },
      admin: { type: "boolean", help: "an administrator" },
      "password-stdin": { type: "boolean", help: "read the first password from the standard input, and print none" },
      ...OUTPUT,
    },
    examples: ["tessera admin people add alice --name 'Alice Example' --mail alice@example.org"],
  },
  {
    name: "admin providers list",
    usage: "[SEARCH]",
    count: [0, 1],
    summary: "on the machine of your own cloud: the other clouds that it knows of",
    details: DATA,
    isLocal: true,
    options: OUTPUT,
    examples: ["tessera admin providers list", "tessera admin providers list --json | jq -r '.items[].provider'"],
  },
  {
    name: "admin providers add",
    usage: "CLOUD",
    count: [1, 1],
    summary: "on the machine of your own cloud: trust another one",
    details: `It is asked for what it is and for its keys, and not added if that fails. One that was blocked is let in again. ${DATA}`,
    isLocal: true,
    options: OUTPUT,
    examples: ["tessera admin providers add cloud.example.org"],
  },
  {
    name: "admin providers block",
    usage: "CLOUD",
    count: [1, 1],
    summary: "on the machine of your own cloud: deal with another one no more",
    details: `Nothing passes from now on, and what is shared with it rests until it is added again. ${DATA}`,
    isLocal: true,
    options: OUTPUT,
    examples: ["tessera admin providers block cloud.example.org"],
  },
];
