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

const PLAIN: Options = {
  json: { type: "boolean", help: "print counts and files as an object, for scripts" },
  quiet: { type: "boolean", short: "q", help: "no progress" },
};

/** What works at the data of a cloud that runs on this machine: the programs of cli/, which know the rest. */
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
  {
    name: "storage verify",
    usage: "",
    count: [0, 0],
    summary: "on the machine of your own cloud: read all files and compare them with their checksums",
    details: `Names what is damaged or missing, and ends with 1 if anything is. The cloud may run; it does the same by itself, slowly. ${DATA}`,
    isLocal: true,
    options: { since: { type: "string", value: "DAY", help: "only what was stored from that day on" }, ...PLAIN },
    examples: ["tessera storage verify", "tessera storage verify --since 2026-11-30 --json"],
  },
  {
    name: "storage migrate",
    usage: "",
    count: [0, 0],
    summary: "on the machine of your own cloud: move all files to the store that the settings name, from the other one",
    details: `From disk to bucket, or with STORE=disk back. Restart the cloud with the settings first; then it may run. What was broken off goes on. ${DATA}`,
    isLocal: true,
    options: PLAIN,
    examples: ["tessera storage migrate", "STORE=disk tessera storage migrate"],
  },
  {
    name: "storage sweep",
    usage: "",
    count: [0, 0],
    summary: "on the machine of your own cloud: remove now what nothing needs any more",
    details: `The cloud does it by itself every twenty minutes. ${DATA}`,
    isLocal: true,
    options: PLAIN,
    examples: ["tessera storage sweep"],
  },
];
