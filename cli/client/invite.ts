import type { AcceptedInviteView, InvitePreview, InviteView } from "@/lib/contacts/schema";
import { accountOf } from "./accounts";
import type { Call, Command } from "./command";
import { askAll, askJson } from "./http";
import { pick } from "./pick";
import { clean, dayText, remark, say, sayJson, sayTable, timeText } from "./print";
import { readStdin } from "./prompt";

async function create(call: Call): Promise<void> {
  const account = accountOf(call);
  const invite = await askJson<InviteView>(account, "POST", "/api/invites", { note: call.text("note") ?? "" });
  const to = call.text("mail");
  if (to !== undefined) await askJson(account, "POST", `/api/invites/${invite.id}/mail`, { to });
  if (call.json) return sayJson(invite);
  if (!call.quiet) remark(`Good for one person until ${timeText(invite.expiresAt)}. Send the link or the code:`);
  say(invite.invitation?.link ?? "");
  say(invite.invitation?.code ?? "");
}

async function list(call: Call): Promise<void> {
  const invites = await askAll<InviteView>(accountOf(call), "/api/invites");
  if (call.json) return sayJson(invites);
  const rows = invites.map(({ id, state, expiresAt, note, usedBy }) => {
    return [id, state, dayText(expiresAt), usedBy ? `${usedBy.displayName} (${usedBy.provider})` : "", note];
  });
  sayTable(["ID", "STATE", "UNTIL", "USED BY", "NOTE"], rows, "You have invited nobody: tessera invite create");
}

async function accept(call: Call): Promise<void> {
  const account = accountOf(call);
  const text = call.args[0] === "-" ? await readStdin() : call.args.join(" ");
  const { token, provider } = await askJson<InvitePreview>(account, "POST", "/api/invites/preview", { text });
  const accepted = await askJson<AcceptedInviteView>(account, "POST", "/api/invites/accept", { token, provider });
  if (call.json) return sayJson(accepted);
  const { contact, wasConnected } = accepted;
  const who = clean(`${contact.displayName} (${contact.provider})`);
  say(wasConnected ? `${who} was a contact of yours before.` : `${who} is now a contact of yours, and you of theirs.`);
}

async function revoke(call: Call): Promise<void> {
  const account = accountOf(call);
  const invites = await askAll<InviteView>(account, "/api/invites");
  for (const typed of call.args) {
    const { id } = pick(invites, typed, "invite", ({ note }) => (note ? [note] : []));
    await askJson(account, "DELETE", `/api/invites/${id}`);
    if (!call.quiet) remark("The invite has ended.");
  }
}

export const inviteCommands: Command[] = [
  {
    name: "invite create",
    usage: "",
    count: [0, 0],
    summary: "invite somebody of another cloud to be a contact",
    details: "Prints a link and a code: either is enough. Whoever accepts it becomes a contact, and you one of theirs.",
    options: {
      note: { type: "string", value: "TEXT", help: "for whom it is; only you see it" },
      mail: { type: "string", value: "ADDRESS", help: "have the cloud mail it there" },
    },
    examples: ["tessera invite create --note Bob", "tessera invite create --json | jq -r .invitation.link"],
    run: create,
  },
  {
    name: "invite list",
    usage: "",
    count: [0, 0],
    summary: "your invites, and what became of them",
    examples: ["tessera invite list"],
    run: list,
  },
  {
    name: "invite accept",
    usage: "INVITE",
    count: [1, 20],
    summary: "accept an invite that you were sent",
    details:
      "INVITE is the link, the code, the words that were read to you, or any text that contains one; - reads it from the standard input.",
    examples: [
      "tessera invite accept 'https://cloud.example.org/accept-invite?token=…'",
      "pbpaste | tessera invite accept -",
    ],
    run: accept,
  },
  {
    name: "invite revoke",
    usage: "ID…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "end invites that nobody has accepted yet",
    details: "ID stands in `tessera invite list`; the note is enough if no other invite has it.",
    examples: ["tessera invite revoke Bob"],
    run: revoke,
  },
];
