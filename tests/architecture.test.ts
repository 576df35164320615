import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

/** The rooms of lib/ in their order, and which of those above it each may use. Changing it needs a decision record. */
const FOUNDATION = ["core", "protocol", "sites", "limits", "jobs", "audit", "notices", "identity", "trust", "delivery"];
const SHARING = [...FOUNDATION, "files", "calendars", "contacts"];
const ROOMS: Record<string, readonly string[]> = {
  core: [],
  protocol: ["core"],
  sites: ["core", "protocol"],
  limits: ["core", "sites"],
  jobs: ["core"],
  audit: ["core", "sites"],
  notices: ["core", "sites", "jobs"],
  identity: ["core", "sites", "limits", "jobs", "audit", "notices"],
  trust: ["core", "protocol", "sites", "limits", "jobs", "audit"],
  delivery: ["core", "protocol", "sites", "jobs", "audit", "trust"],
  files: ["core", "protocol", "sites", "jobs", "audit", "notices", "identity"],
  calendars: ["core", "protocol", "sites", "jobs", "audit", "identity"],
  contacts: FOUNDATION,
  sharing: SHARING,
  drive: [...SHARING, "sharing"],
  links: [...SHARING, "sharing"],
  delegation: ["core", "protocol", "sites", "limits", "jobs", "audit", "notices", "identity"],
  admin: [...SHARING, "sharing", "drive", "links", "delegation"],
  http: ["core", "protocol", "sites", "limits", "identity", "trust", "sharing", "links", "delegation"],
};
const ENTRIES = ["app", "server", "cli"];

/** Who writes a table. Everyone may read. */
const OWNERS: Record<string, string> = {
  site: "sites",
  siteKey: "sites",
  rateCount: "limits",
  auditEntry: "audit",
  notice: "notices",
  user: "identity",
  session: "identity",
  externalAccount: "identity",
  blockedSender: "sharing",
  authenticator: "identity",
  recoveryCode: "identity",
  passkey: "identity",
  appPassword: "identity",
  deviceLogin: "identity",
  group: "identity",
  groupMember: "identity",
  provider: "trust",
  providerDay: "trust",
  providerKey: "trust",
  directory: "trust",
  directoryCloud: "trust",
  ownDirectory: "trust",
  seenSignature: "trust",
  delivery: "delivery",
  breaker: "delivery",
  fileNode: "files",
  blob: "files",
  blobText: "files",
  blobDamage: "files",
  blobScrub: "files",
  thumbnail: "files",
  usageLane: "files",
  uploadLease: "files",
  resumableUpload: "files",
  fileChange: "files",
  folderVersion: "files",
  fileLock: "files",
  fileVersion: "files",
  nodeProperty: "files",
  offlineCopy: "files",
  invite: "contacts",
  acceptedInvite: "contacts",
  contact: "contacts",
  sentShare: "sharing",
  receivedShare: "sharing",
  accessToken: "sharing",
  shareRequest: "sharing",
  reshare: "sharing",
  knownFolder: "sharing",
  knownEntry: "sharing",
  offlinePin: "sharing",
  offlineStep: "sharing",
  receivedThumbnail: "sharing",
};

const read = (file: string) => readFileSync(file, "utf8");
const filesBelow = (root: string) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => `${root}/${file}`)
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file));
const sources = [...ENTRIES, "components", "lib"].flatMap((root) => {
  return readdirSync(".").includes(root) ? filesBelow(root) : [];
});

/** What a file imports, as paths from the root of the project; packages by their name. */
function importsOf(file: string, text = read(file)): string[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)].map(([, name = ""]) => name);
  return specifiers.map((name) => {
    if (name.startsWith("@/")) return name.slice(2);
    return name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name;
  });
}

/** Why this import is against the rules, if it is. */
function objection(file: string, target: string): string | undefined {
  const [from = "", room = ""] = file.split("/");
  const [to = "", other = ""] = target.split("/");
  if (ENTRIES.includes(to) && to !== from) return "nothing imports an entry";
  if (to === "components" && from !== "components" && from !== "app") return "only app uses components";
  if (target.includes("/internal/") && (to !== from || room !== other)) return "internal is private to its room";
  if (to === "prisma" && from !== "lib") return "only rooms touch the database";
  if (from === "components") {
    return to === "lib" && !target.endsWith("/schema") ? "components use only a room's schema" : undefined;
  }
  if (from !== "lib") return undefined;
  if (target === "react" || target === "react-dom") return "rooms know nothing of React";
  if (to === "next" && file !== "lib/http/page.ts") return "only lib/http/page.ts knows Next";
  if (to !== "lib" || room === other) return undefined;
  if (room === "protocol") return target === "lib/core/errors" ? undefined : "protocol may use core/errors only";
  return ROOMS[room]?.includes(other) || target.endsWith("/schema") ? undefined : `${room} may not use ${other}`;
}

/** Quota is reserved in the statement that stores a file, so that one column of a person is written by files. */
const QUOTA = /UPDATE "User" u SET "used"/g;

function writesOf(file: string): string[] {
  const text = file.startsWith("lib/files/") ? read(file).replace(QUOTA, "") : read(file);
  const verbs = "create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany";
  const byClient = [...text.matchAll(new RegExp(`\\b(?:tx|db\\(\\))\\s*\\.(\\w+)\\s*\\.(?:${verbs})\\(`, "g"))];
  const bySql = [...text.matchAll(/(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"/g)];
  return [
    ...byClient.map(([, model = ""]) => model),
    ...bySql.map(([, table = ""]) => table.charAt(0).toLowerCase() + table.slice(1)),
  ];
}

it("lets every import go down the table only", () => {
  const broken = sources.flatMap((file) =>
    importsOf(file).flatMap((target) => {
      const why = objection(file, target);
      return why ? [`${file} -> ${target}: ${why}`] : [];
    }),
  );

  expect(sources.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});

it("has a place in the table for every room, and no cycle in it", () => {
  const order = Object.keys(ROOMS);
  const upward = Object.entries(ROOMS).flatMap(([room, uses]) =>
    uses.filter((used) => order.indexOf(used) >= order.indexOf(room)).map((used) => `${room} -> ${used}`),
  );

  expect(readdirSync("lib").filter((room) => !order.includes(room))).toEqual([]);
  expect(upward).toEqual([]);
});

it("lets each table be written by the room that owns it, and no other", () => {
  const models = [...read("prisma/schema.prisma").matchAll(/^model (\w)(\w+)/gm)].map(
    ([, a = "", b = ""]) => a.toLowerCase() + b,
  );
  const strangers = sources.flatMap((file) => {
    const [root, room] = file.split("/");
    const foreign = writesOf(file).filter((model) => models.includes(model) && OWNERS[model] !== room);
    return foreign.map((model) => `${root}/${room} writes ${model} in ${file}`);
  });

  expect(models.filter((model) => !OWNERS[model])).toEqual([]);
  expect(strangers).toEqual([]);
});

/** Declarations that do not name the site, and why. */
const WITHOUT_SITE: Record<string, string> = {
  "lib/limits/limit.ts: sweepRateCounts": "a count that is a day old is of no use to any site",
  "lib/files/trash.ts: listTrash": "inTrash names it",
  "lib/files/trash.ts: findTrashed": "inTrash names it",
  "lib/files/search/statement.ts: walked": "the bounds that it is given name it",
  "lib/sharing/sent/record-answer.ts: answer": "both of its callers name it",
};

/** The declarations of a file that ask for rows of a site, or write them, and do not say of which. */
function siteless(file: string, models: string[]): string[] {
  const names = models.filter((model) => model !== "Site").join("|");
  const bySql = new RegExp(`(?:FROM|JOIN|INTO|UPDATE)\\s+"(?:${names})"`);
  const byClient = new RegExp(`\\b(?:tx|db\\(\\))\\s*\\.(?:${names})\\s*\\.\\w+\\(`, "gi");
  const declarations = read(file).split(/\n(?=(?:export |async |function |const |\/\*\*))/);
  return declarations.flatMap((text) => {
    const calls = [...text.matchAll(byClient)].map(({ index, 0: call }) => argumentsAt(text, index + call.length));
    const asks = calls.length > 0 || bySql.test(text);
    // What is not written into the call must be written before it.
    const isNamed =
      calls.every((args) => /siteId|\bwhere\b(?!: \{)|\.\.\.|data\b(?!:)/.test(args)) && /siteId/.test(text);
    return asks && !isNamed ? [`${file}: ${/(?:function|const) (\w+)/.exec(text)?.[1]}`] : [];
  });
}

/** The text of a call's arguments, which begin at this place. */
function argumentsAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  while (depth > 0 && end < text.length) depth += { "(": 1, ")": -1 }[text[end++] ?? ""] ?? 0;
  return text.slice(start, end - 1);
}

it("names the site in every question to the database and every change", () => {
  const models = [...read("prisma/schema.prisma").matchAll(/^model (\w+)/gm)].map(([, name = ""]) => name);
  const found = sources.filter((file) => file.startsWith("lib/")).flatMap((file) => siteless(file, models));

  expect(found.filter((declaration) => !(declaration in WITHOUT_SITE))).toEqual([]);
});

/** What runs inside a transaction, as far as the text shows it: callbacks, and functions that are given one. */
function insideTransactions(text: string): string[] {
  const callbacks = [...text.matchAll(/(?:\$transaction|transactStatements)\(/g)];
  const isGiven = /^(?:export )?(?:async )?(?:function \w+|const \w+ = (?:async )?)\(\s*tx: Tx\b/;
  const given = text.split(/\n(?=(?:export |async |function |const |\/\*\*|type ))/).filter((one) => isGiven.test(one));
  return [...callbacks.map(({ index, 0: call }) => argumentsAt(text, index + call.length)), ...given];
}

it("asks inside a transaction for no second connection, which it might wait for for ever", () => {
  const asks = sources.filter((file) => insideTransactions(read(file)).some((part) => /\b(?:db|pool)\(\)/.test(part)));

  expect(asks).toEqual([]);
});

it("has no file that only passes on what another exports", () => {
  const barrels = sources.filter((file) => file.startsWith("lib/") && /^export (\*|\{[^}]*\}) from/m.test(read(file)));

  expect(barrels).toEqual([]);
});

it("names no product of other people outside of the dialects, where what is known of them stands", () => {
  const products = /nextcloud|(?<!kn)owncloud|\bocis\b|opencloud(?!mesh)|cernbox|seafile|\breva\b/i;
  const allowed = /http:\/\/owncloud\.org\/ns|DIALECT_NAMES\.\w+/g; // the namespace travels to the letter, whoever speaks
  const named = sources
    .filter((file) => !file.startsWith("lib/trust/dialects/"))
    .flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => products.test(line.replace(allowed, "")))
        .map((line) => `${file}: ${line.trim()}`),
    );

  expect(named).toEqual([]);
});

it("answers nothing at /status.php, by which other clouds would take it for a Nextcloud", () => {
  const routes = filesBelow("app").filter((file) => /\/(?:page|route)\.tsx?$/.test(file));
  const beginnings = routes.map((file) => file.split("/").filter((part) => !/^\(.*\)$/.test(part))[1]);

  expect(beginnings.filter((first) => first === "status.php" || first?.startsWith("["))).toEqual([]);
  expect(sources.filter((file) => read(file).includes("status.php"))).toEqual([]);
});

it("has no cycle between the files of lib", () => {
  const known = new Set(sources);
  const fileOf = (target: string) => [target, `${target}.ts`, `${target}.tsx`].find((file) => known.has(file));
  const importsAtRuntime = (file: string) => importsOf(file, read(file).replace(/import type [^;]+;/g, ""));
  const graph = new Map(
    sources.map((file) => [file, importsAtRuntime(file).flatMap((target) => fileOf(target) ?? [])]),
  );

  expect(findCycle(graph)).toEqual([]);
});

/** The files of one cycle, in order; empty when there is none. */
function findCycle(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...trail, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return [...graph.keys()].map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

it("refuses what the rules forbid", () => {
  expect(objection("lib/files/x.ts", "lib/sharing/y")).toMatch(/may not use/);
  expect(objection("lib/protocol/x.ts", "lib/core/db")).toMatch(/errors only/);
  expect(objection("lib/files/x.ts", "lib/identity/internal/y")).toMatch(/private/);
  expect(objection("components/files/x.tsx", "lib/files/own-tree")).toMatch(/schema/);
  expect(objection("lib/http/route.ts", "next/headers")).toMatch(/page.ts/);
  expect(objection("lib/files/x.ts", "server/worker")).toMatch(/entry/);
  expect(objection("server/worker.ts", "lib/sharing/y")).toBeUndefined();
  expect(
    findCycle(
      new Map([
        ["a", ["b"]],
        ["b", ["a"]],
      ]),
    ),
  ).toEqual(["a", "b", "a"]);
});
