import type { Call, Command } from "@/cli/client/command";
import { wrongUsage } from "@/cli/client/failure";
import { dayText, remark, say, sayJson, sayTable, sizeText } from "@/cli/client/print";
import { readStdin } from "@/cli/client/prompt";
import { runLocalProgram } from "@/cli/local-program";
import { createPerson, listPeople } from "@/lib/admin/people";
import type { OperatorPrincipal } from "@/lib/core/principal";
import { randomLetters } from "@/lib/core/secrets";
import { CreatePersonInput } from "@/lib/identity/schema";
import { listSites } from "@/lib/sites/sites";
import { addProvider, listProviders } from "@/lib/trust/providers";

// tessera admin people list: administration by whoever sits at the machine, where no sign-in is asked for.

const FIRST_PASSWORD = 16;

async function operatorOf(call: Call): Promise<OperatorPrincipal> {
  const sites = await listSites();
  const host = call.text("site");
  const site = host === undefined ? sites[0] : sites.find(({ provider }) => provider === host);
  if (!site)
    throw wrongUsage(host ? `There is no ${host} in this installation.` : "This cloud was never started: npm start.");
  return { kind: "operator", siteId: site.id };
}

/** All pages of a list as one. */
async function all<T, P extends { items: T[]; next: string | null }>(ask: (after?: string) => Promise<P>): Promise<P> {
  const whole = await ask();
  while (whole.next !== null) {
    const { items, next } = await ask(whole.next);
    whole.items.push(...items);
    whole.next = next;
  }
  return whole;
}

async function showPeople(call: Call): Promise<void> {
  const operator = await operatorOf(call);
  const people = await all((after) => listPeople(operator, { search: call.args[0], after }));
  if (call.json) return sayJson(people);
  const rows = people.items.map(({ userName, displayName, mail, isAdmin, isDisabled, used, createdAt }) => {
    const standing = isDisabled ? "disabled" : isAdmin ? "administrator" : "";
    return [userName, displayName, mail ?? "", standing, sizeText(used), dayText(createdAt)];
  });
  sayTable(["USER NAME", "NAME", "MAIL", "", "USED", "SINCE"], rows, "Nobody has an account.");
}

async function addOne(call: Call): Promise<void> {
  const operator = await operatorOf(call);
  const [userName] = call.args;
  const isGiven = call.flag("password-stdin");
  const password = isGiven ? await readStdin() : randomLetters(FIRST_PASSWORD);
  const input = CreatePersonInput.parse({
    userName,
    displayName: call.text("name") ?? userName,
    mail: call.text("mail"),
    isAdmin: call.flag("admin"),
    password,
  });
  const person = await createPerson(operator, input);
  if (call.json) return sayJson(isGiven ? person : { ...person, password });
  remark(
    `${person.displayName} can sign in as ${person.userName}${isGiven ? "." : ", the first time with this password:"}`,
  );
  if (!isGiven) say(password);
}

async function showProviders(call: Call): Promise<void> {
  const operator = await operatorOf(call);
  const providers = await all((after) => listProviders(operator, { search: call.args[0], after }));
  if (call.json) return sayJson(providers);
  const rows = providers.items.map(({ provider, name, standing, lastSeenAt, failure }) => {
    return [provider, name ?? "", standing === "unlisted" ? "" : standing, dayText(lastSeenAt), failure ?? ""];
  });
  sayTable(["CLOUD", "NAME", "STANDING", "SEEN", "FAILURE"], rows, "No other cloud is known.");
}

const judge = (standing: "listed" | "blocked") => async (call: Call) => {
  const view = await addProvider(await operatorOf(call), { domain: call.args[0] ?? "", standing });
  if (call.json) sayJson(view);
  else remark(`${view.provider} is ${standing === "listed" ? "trusted" : "blocked"}.`);
};

const RUNS: Record<string, Command["run"]> = {
  "admin people list": showPeople,
  "admin people add": addOne,
  "admin providers list": showProviders,
  "admin providers add": judge("listed"),
  "admin providers block": judge("blocked"),
};

runLocalProgram("admin", RUNS);
