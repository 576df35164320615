import type { ReshareView, SentShareView } from "@/lib/sharing/schema";
import { accountOf } from "./accounts";
import type { Call, Command, Options } from "./command";
import { wrongUsage } from "./failure";
import { askAll, askJson } from "./http";
import { drivePath, stat } from "./paths";
import { pick } from "./pick";
import { clean, dayText, remark, say, sayJson, sayTable } from "./print";
import { findRecipient } from "./recipient";

/** Undefined: nothing was said of it. */
function roleOf(call: Call): "viewer" | "editor" | undefined {
  if (call.flag("edit") && call.flag("view")) throw wrongUsage("Either --view or --edit.");
  if (call.flag("edit")) return "editor";
  return call.flag("view") ? "viewer" : undefined;
}

/** The end of a day here, or a moment as it is; `never` ends a limit. Undefined: nothing was said of it. */
export function expiryOf(typed: string | undefined): string | null | undefined {
  if (typed === undefined) return undefined;
  if (typed === "never") return null;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(typed);
  const at = new Date(isDay ? `${typed}T23:59:59.999` : typed);
  const isWrong = Number.isNaN(at.getTime()) || !/^\d{4}-\d\d-\d\d/.test(typed);
  if (isWrong) throw wrongUsage(`"${typed}" is no day. One is 2026-12-31.`);
  return at.toISOString();
}

async function create(call: Call): Promise<void> {
  const account = accountOf(call);
  const [path = "", who = ""] = call.args;
  const entry = await stat(account, drivePath(path));
  const recipient = await findRecipient(account, who);
  const role = roleOf(call) ?? "viewer";
  if (entry.receivedShareId) return shareOn(call, entry.receivedShareId, { recipient, role });
  if (entry.from)
    throw wrongUsage(`${path} is in what ${entry.from.senderName} shares: only the whole of it can be shared on.`);
  const share = await askJson<SentShareView>(account, "POST", "/api/shares/sent", {
    nodeId: entry.id,
    recipient,
    role,
    expiresAt: expiryOf(call.text("until")) ?? null,
    note: call.text("note") ?? "",
    needsSecondFactor: call.flag("second-factor") || undefined,
    canReshare: call.flag("reshare") || undefined,
  });
  if (call.json) return sayJson(share);
  say(share.id);
  const when = share.state === "queued" ? "; their cloud is told as soon as it answers" : "";
  if (call.quiet) return;
  remark(`${share.recipientName} can ${roleText(share.role)} ${share.name}${when}.`);
  if (share.needsSecondFactor) remark(secondFactorText(share, { isWanted: call.flag("second-factor") }));
}

/** Also said where nobody asked for it: the administrators may have all that goes to a cloud open so. */
function secondFactorText({ recipientName, provider }: SentShareView, { isWanted }: { isWanted: boolean }): string {
  const why = isWanted ? "" : `Your cloud has what is shared with ${provider} ask for a second factor. `;
  return `${why}It opens only after ${recipientName} has confirmed with more than the password.`;
}

/** Through whoever shares it with us, who keeps it in hand. */
async function shareOn(call: Call, receivedShareId: string, input: object): Promise<void> {
  const path = `/api/shares/received/${receivedShareId}/reshares`;
  const reshare = await askJson<ReshareView>(accountOf(call), "POST", path, input);
  if (call.json) return sayJson(reshare);
  say(reshare.id);
  if (!call.quiet) remark(`Whoever shares it with you is asked to share it with ${reshare.name} too.`);
}

const roleText = (role: string) => (role === "editor" ? "edit" : "view");

async function list(call: Call): Promise<void> {
  const account = accountOf(call);
  const query = call.args[0] ? { nodeId: (await stat(account, drivePath(call.args[0]))).id } : undefined;
  const shares = await askAll<SentShareView>(account, "/api/shares/sent", query);
  if (call.json) return sayJson(shares);
  const rows = shares.map((share) => {
    const { id, path, name, recipientName, provider, role, expiresAt } = share;
    const who = provider ? `${recipientName} (${provider})` : recipientName;
    return [id, path ?? name, who, roleText(role), stateText(share), dayText(expiresAt)];
  });
  sayTable(["ID", "WHAT", "WITH", "CAN", "STATE", "UNTIL"], rows, "You share nothing: tessera help share create");
}

function stateText({ untold, state, isOfferedAgain }: SentShareView): string {
  if (untold?.failure) return `${state}: ${untold.failure}`;
  return isOfferedAgain && (state === "queued" || state === "delivered") ? "offered again" : state;
}

const namesOf = ({ path, name }: SentShareView) => [...new Set([path ?? name, name])];

async function update(call: Call): Promise<void> {
  const account = accountOf(call);
  const changes = { role: roleOf(call), expiresAt: expiryOf(call.text("until")), note: call.text("note") };
  if (Object.values(changes).every((value) => value === undefined)) {
    throw wrongUsage("Say what is to change: --view, --edit, --until or --note.");
  }
  const { id } = pick(await askAll<SentShareView>(account, "/api/shares/sent"), call.args[0] ?? "", "share", namesOf);
  const share = await askJson<SentShareView>(account, "PATCH", `/api/shares/sent/${id}`, changes);
  if (call.json) sayJson(share);
  else if (!call.quiet) remark(`${share.recipientName} can ${roleText(share.role)} ${share.name}.`);
}

async function revoke(call: Call): Promise<void> {
  const account = accountOf(call);
  const shares = await askAll<SentShareView>(account, "/api/shares/sent");
  const meant = call.args.map((typed) => pick(shares, typed, "share", namesOf));
  for (const { id } of meant) {
    const share = await askJson<SentShareView>(account, "DELETE", `/api/shares/sent/${id}`);
    if (call.json) sayJson(share);
    else if (!call.quiet) remark(`${clean(share.recipientName)} cannot open ${clean(share.name)} any more.`);
  }
}

const CHANGES: Options = {
  view: { type: "boolean", help: "they can look at it and fetch it (what holds unless you say otherwise)" },
  edit: { type: "boolean", help: "they can change it as well" },
  until: { type: "string", value: "DAY", help: "the last day, such as 2026-12-31; never: no end" },
  note: { type: "string", value: "TEXT", help: "a line to the receiver" },
};

export const shareCommands: Command[] = [
  {
    name: "share create",
    usage: "PATH WHO",
    count: [2, 2],
    summary: "share a file or folder with a person",
    details:
      "WHO is the name or mail address of a contact, of somebody or a group of your cloud, or an address such as bob@cloud.example.org. Prints the id of the share. What was shared with you is shared on through its owner.",
    options: {
      ...CHANGES,
      reshare: { type: "boolean", help: "they may have it shared with others" },
      "second-factor": { type: "boolean", help: "it opens only for whoever has shown a second factor" },
    },
    examples: [
      "tessera share create /Photos Bob",
      "tessera share create /Reports bob@cloud.example.org --edit --until 2026-12-31",
    ],
    run: create,
  },
  {
    name: "share list",
    usage: "[PATH]",
    count: [0, 1],
    summary: "what you share, with whom, and how it stands",
    examples: ["tessera share list", "tessera share list /Photos --json"],
    run: list,
  },
  {
    name: "share update",
    usage: "SHARE",
    count: [1, 1],
    summary: "change what somebody may do, and how long",
    details: "SHARE is the id in `tessera share list`; the path is enough if it is shared with one person.",
    options: CHANGES,
    examples: ["tessera share update /Photos --edit", "tessera share update /Photos --until never"],
    run: update,
  },
  {
    name: "share revoke",
    usage: "SHARE…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "stop sharing",
    details: "It ends at once; the other cloud is told.",
    examples: ["tessera share revoke /Photos"],
    run: revoke,
  },
];
