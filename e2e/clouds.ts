import { readFileSync, writeFileSync } from "node:fs";
import { test as base } from "@playwright/test";

export type Person = { name: string; userName: string; password: string };
export type CloudName = "a" | "b" | "fresh";
export type Cloud = {
  name: CloudName;
  origin: string;
  /** As other clouds call it. */
  provider: string;
  databaseUrl: string;
  /** Its data: the bytes of files among them. */
  folder: string;
  logFile: string;
  admin: Person;
};
export type Clouds = {
  a: Cloud;
  b: Cloud;
  /** Nobody has set it up; the link opens the set-up page once. Here limits are on. */
  fresh: Cloud & { setupUrl: string };
  /** Ports of `peer.localhost` at which the clouds may reach a cloud made by a spec. */
  peerPorts: number[];
  /** A port of `peer.localhost` at which they speak https only. */
  tlsPeerPort: number;
  /** Where the OpenID Connect provider of cloud B is, when a spec starts it. */
  oidcPort: number;
  /** Where the mail server of cloud A is, when a spec starts it. */
  mailPort: number;
  /** The file from which the names below `.test` are read for cloud A; see `playNames`. */
  names: string;
  /** Where the global set-up listens for the functions below. */
  control: string;
};

/** How cloud B is known to its OpenID Connect provider, and how it calls that. */
export const OIDC = { clientId: "tessera", name: "the town hall" };

export function readClouds(): Clouds {
  const text = process.env.E2E_CLOUDS;
  if (!text) throw new Error("The clouds are started by the global set-up of Playwright.");
  return JSON.parse(text);
}

/**
 * Decides to which addresses names below `.test` lead, as cloud A is told when it asks: each time the next answer, and
 * the last one from then on. Returns how often each was asked for so far.
 */
export function playNames(answers: Record<string, string[][]>): () => Record<string, number> {
  const { names: file } = readClouds();
  writeFileSync(file, JSON.stringify(answers));
  return () => {
    const lines = readFileSync(`${file}.asked`, { encoding: "utf8", flag: "a+" }).split("\n");
    const counts = Object.keys(answers).map((name) => [name, lines.filter((line) => line === name).length]);
    return Object.fromEntries(counts);
  };
}

/** Playwright's test with the running clouds and who can sign in on them. */
export const test = base.extend<{ clouds: Clouds }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures it needs from the pattern
  clouds: async ({}, use) => use(readClouds()),
});

export { expect } from "@playwright/test";

async function control(
  name: CloudName | "database",
  verb: "start" | "stop" | "kill",
  settings: Record<string, string> = {},
): Promise<void> {
  const body = JSON.stringify(settings);
  const response = await fetch(`${readClouds().control}/${name}/${verb}`, { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
}

/** Ends the server of a cloud cleanly; its database stays. It does not come back by itself. */
export const stopCloud = (name: CloudName) => control(name, "stop");

/** Starts a stopped or killed cloud again, with these settings besides its own; resolves when it listens. */
export const startCloud = (name: CloudName, settings?: Record<string, string>) => control(name, "start", settings);

/** Kills the server with -9; resolves when it is gone. */
export const killCloud = (name: CloudName) => control(name, "kill");

/** Kills the database of all clouds with -9; resolves when it is back. */
export const killDatabase = () => control("database", "kill");
