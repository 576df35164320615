import { EXIT, Failure, wrongUsage } from "./failure";

type Listed = { id: string };

/**
 * The one of a list that is meant: by its id, or by a name if no other has it.
 *
 * @throws Failure of nothing found, or of several, with their ids
 */
export function pick<T extends Listed>(items: T[], typed: string, what: string, namesOf: (item: T) => string[]): T {
  const byId = items.find(({ id }) => id === typed);
  if (byId) return byId;
  const wanted = typed.toLowerCase();
  const named = items.filter((item) => namesOf(item).some((name) => name.toLowerCase() === wanted));
  const [one] = named;
  if (!one) throw new Failure(EXIT.notFound, `There is no ${what} "${typed}".`);
  if (named.length > 1) {
    const choices = named.map((item) => `  ${item.id}  ${namesOf(item).join(", ")}`);
    throw wrongUsage(`Several are called "${typed}". Say which by its id:\n${choices.join("\n")}`);
  }
  return one;
}
