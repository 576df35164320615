import type { ContactView, ContactWithShares } from "@/lib/contacts/schema";
import { accountOf } from "./accounts";
import type { Call, Command } from "./command";
import { wrongUsage } from "./failure";
import { askAll, askJson } from "./http";
import { pick } from "./pick";
import { countText, dayText, remark, sayJson, sayTable } from "./print";
import { confirm } from "./prompt";

async function list(call: Call): Promise<void> {
  const [search] = call.args;
  const contacts = await askAll<ContactView>(accountOf(call), "/api/contacts", search ? { search } : {});
  if (call.json) return sayJson(contacts);
  const rows = contacts.map(({ id, displayName, mail, provider, isVerified, createdAt }) => {
    return [id, displayName, mail, provider, isVerified ? "verified" : "", dayText(createdAt)];
  });
  const head = ["ID", "NAME", "MAIL", "CLOUD", "WORDS", "SINCE"];
  sayTable(head, rows, search ? "Nobody is called so." : "You have no contacts: tessera invite create");
}

async function remove(call: Call): Promise<void> {
  const account = accountOf(call);
  const contacts = await askAll<ContactView>(account, "/api/contacts");
  const { id } = pick(contacts, call.args[0] ?? "", "contact", ({ displayName, mail }) =>
    [displayName, mail].filter(Boolean),
  );
  const contact = await askJson<ContactWithShares>(account, "GET", `/api/contacts/${id}`);
  const ends = `${countText(contact.sent.count, "share")} of yours and ${contact.received.count} of theirs`;
  if (!call.flag("yes")) {
    if (!process.stdin.isTTY) throw wrongUsage(`It ends ${ends} as well. If you mean it: --yes`);
    remark(`${contact.displayName} (${contact.provider}): ${ends} end as well, and they are told.`);
    if (!(await confirm("Remove this contact?"))) return remark("Nothing was changed.");
  }
  await askJson(account, "DELETE", `/api/contacts/${id}`);
  if (call.json) sayJson(contact);
  else if (!call.quiet) remark(`${contact.displayName} is no contact any more.`);
}

export const contactCommands: Command[] = [
  {
    name: "contact list",
    usage: "[SEARCH]",
    count: [0, 1],
    summary: "your contacts on other clouds",
    examples: ["tessera contact list", "tessera contact list bob --json"],
    run: list,
  },
  {
    name: "contact remove",
    usage: "WHO",
    count: [1, 1],
    summary: "remove a contact, and end all that is shared both ways",
    details: "WHO is the name or the mail address, or the id in `tessera contact list`. The other person is told.",
    options: { yes: { type: "boolean", short: "y", help: "do not ask" } },
    examples: ["tessera contact remove Bob", "tessera contact remove bob@example.org --yes"],
    run: remove,
  },
];
