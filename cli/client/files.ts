import path from "node:path";
import type { DriveEntryView, FolderView } from "@/lib/drive/schema";
import type { TrashedView, UsageView } from "@/lib/files/schema";
import { type Account, accountOf } from "./accounts";
import type { Call, Command } from "./command";
import { hasCode } from "./failure";
import { askJson, withQuery } from "./http";
import { drivePath, placeIn, stat } from "./paths";
import { countText, remark, say, sayJson, sayTable, sizeText, timeText } from "./print";

/** A folder with all that is in it, however many pages that takes. @throws Failure of NOT_A_FOLDER for a file */
export async function readFolder(account: Account, drive: string): Promise<FolderView> {
  const ask = (after?: string) =>
    askJson<FolderView>(account, "GET", withQuery("/api/files", { path: drive, limit: "1000", after }));
  const folder = await ask();
  let { next } = folder;
  while (next) {
    const page = await ask(next);
    folder.items.push(...page.items);
    folder.unshown += page.unshown;
    next = page.next;
  }
  return { ...folder, next: null };
}

async function list(call: Call): Promise<void> {
  const account = accountOf(call);
  const drive = drivePath(call.args[0] ?? "/");
  const folder = await readFolder(account, drive).catch((error) => {
    if (hasCode(error, "NOT_A_FOLDER")) return null;
    throw error;
  });
  if (!folder) {
    const entry = await stat(account, drive);
    return call.json ? sayJson(entry) : sayTable(HEAD, [rowOf(entry)], "");
  }
  if (call.json) return sayJson(folder);
  sayTable(HEAD, folder.items.map(rowOf), "This folder is empty.");
  if (folder.unshown > 0) remark(`${countText(folder.unshown, "more thing")} under names that cannot stand here.`);
}

const HEAD = ["SIZE", "CHANGED", "NAME", "SHARED"];

function rowOf({ kind, size, modifiedAt, name, source, sharedWith }: DriveEntryView): string[] {
  const shown = kind === "folder" ? `${name}/` : name;
  const from = source && `from ${source.senderName}${source.problem ? ` (${source.problem})` : ""}`;
  const to =
    sharedWith && `with ${sharedWith.names.join(", ")}${sharedWith.count > sharedWith.names.length ? ", …" : ""}`;
  return [kind === "folder" || size === null ? "-" : sizeText(size), timeText(modifiedAt), shown, from ?? to ?? ""];
}

/** A folder that is there already is no failure, where those above are made too. */
export async function makeFolder(account: Account, drive: string): Promise<unknown> {
  return askJson(account, "POST", "/api/files/folders", { path: drive }).catch(async (error) => {
    const there = hasCode(error, "NAME_TAKEN") ? await stat(account, drive) : null;
    if (there?.kind === "folder") return there;
    throw error;
  });
}

async function makeFolders(call: Call): Promise<void> {
  const account = accountOf(call);
  for (const typed of call.args) {
    const drive = drivePath(typed);
    const above = drive.split("/").slice(1, -1);
    if (call.flag("parents")) {
      for (const [index] of above.entries()) await makeFolder(account, `/${above.slice(0, index + 1).join("/")}`);
    }
    const make = call.flag("parents") ? makeFolder : askForFolder;
    const made = await make(account, drive);
    if (call.json) sayJson(made);
  }
}

const askForFolder = (account: Account, drive: string) =>
  askJson(account, "POST", "/api/files/folders", { path: drive });

const transfer = (verb: "move" | "copy") => async (call: Call) => {
  const account = accountOf(call);
  const [from = "", to = ""] = call.args;
  const source = drivePath(from);
  const target = await placeIn(account, to, path.posix.basename(source));
  const body = { from: source, to: target, overwrite: call.flag("force") };
  const entry = await askJson(account, "POST", `/api/files/${verb}`, body);
  if (call.json) sayJson(entry);
};

async function remove(call: Call): Promise<void> {
  const account = accountOf(call);
  for (const typed of call.args) {
    const query = withQuery("/api/files", { path: drivePath(typed) });
    const answer = await askJson<{ trashed: TrashedView | null }>(account, "DELETE", query);
    if (call.json) sayJson(answer);
    else if (!call.quiet) remark(`${typed} is ${answer.trashed ? "in the trash" : "gone"}.`);
  }
}

async function usage(call: Call): Promise<void> {
  const { used, quota } = await askJson<UsageView>(accountOf(call), "GET", "/api/files/usage");
  if (call.json) return sayJson({ used, quota });
  say(quota === null ? `${sizeText(used)} used` : `${sizeText(used)} of ${sizeText(quota)} used`);
}

const FORCE = {
  force: { type: "boolean", short: "f", help: "take the place of what stands there, which goes into the trash" },
} as const;

export const fileCommands: Command[] = [
  {
    name: "ls",
    usage: "[PATH]",
    count: [0, 1],
    summary: "list a folder",
    details: "What others share with you stands among your own files, and is read at their cloud.",
    examples: ["tessera ls", "tessera ls /Photos/2026", "tessera ls /Photos --json | jq -r '.items[].name'"],
    run: list,
  },
  {
    name: "mkdir",
    usage: "PATH…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "make folders",
    options: { parents: { type: "boolean", short: "p", help: "also those above it; one that is there is no failure" } },
    examples: ["tessera mkdir /Photos", "tessera mkdir -p /Photos/2026/June"],
    run: makeFolders,
  },
  {
    name: "mv",
    usage: "FROM TO",
    count: [2, 2],
    summary: "move or rename",
    details: "TO may be a folder; then it goes into it. It may lead into and out of what others share with you.",
    options: FORCE,
    examples: ["tessera mv /draft.md /Reports/", "tessera mv /Photos /Pictures"],
    run: transfer("move"),
  },
  {
    name: "cp",
    usage: "FROM TO",
    count: [2, 2],
    summary: "copy within the cloud, folders with all that is in them",
    options: FORCE,
    examples: ["tessera cp /Reports/2025.md /Reports/2026.md"],
    run: transfer("copy"),
  },
  {
    name: "rm",
    usage: "PATH…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "put things into the trash, folders with all that is in them",
    details: "They can be restored in the browser. What others share with you is left with `tessera received leave`.",
    examples: ["tessera rm /draft.md", "tessera rm /Photos/2019 /Photos/2020"],
    run: remove,
  },
  {
    name: "df",
    usage: "",
    count: [0, 0],
    summary: "how much space is used, and how much there is",
    examples: ["tessera df", "tessera df --json"],
    run: usage,
  },
];
