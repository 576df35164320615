import type { Recipient, Suggestion } from "@/lib/sharing/schema";
import type { Account } from "./accounts";
import { EXIT, Failure, wrongUsage } from "./failure";
import { askJson, withQuery } from "./http";

/**
 * Who is meant: `contact:ID`, `person:ID` or `group:ID`, a name or mail address that only one person has, or the address of
 * somebody on another cloud.
 *
 * @throws Failure of nobody, with who may be meant, or of several, with how to say which
 */
export async function findRecipient(account: Account, typed: string): Promise<Recipient> {
  const [, kind, id] = /^(contact|person|group):(.+)$/.exec(typed) ?? [];
  if (kind && id) return { kind: kind as "contact", id };
  const found = await askJson<Suggestion[]>(account, "GET", withQuery("/api/people/suggestions", { search: typed }));
  const wanted = typed.toLowerCase();
  const named = found.filter(({ displayName, mail }) =>
    [displayName, mail].some((name) => name.toLowerCase() === wanted),
  );
  const [one] = named;
  if (named.length > 1) throw wrongUsage(`Several are called "${typed}". Say which:\n${linesOf(named)}`);
  if (one) return { kind: one.kind, id: one.id };
  if (typed.includes("@")) return { kind: "address", address: typed };
  const maybe = found.length > 0 ? ` Do you mean one of these?\n${linesOf(found)}` : " See tessera contact list.";
  throw new Failure(EXIT.notFound, `You know nobody called "${typed}".${maybe}`);
}

const linesOf = (people: Suggestion[]) =>
  people
    .map(({ kind, id, displayName, provider }) => `  ${kind}:${id}  ${displayName} ${provider}`.trimEnd())
    .join("\n");
