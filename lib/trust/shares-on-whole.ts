import { dialectOf } from "./dialects/dialect";
import { getProviderRecord } from "./provider-record";

/**
 * Whether a cloud, as far as is known of it, gives whatever it is asked to share on with all that the asking share grants,
 * and names that by an id and a token of its own from then on: then where that is undone, by its id; null otherwise.
 */
export async function sharesOnWhole(
  siteId: string,
  provider: string,
): Promise<{ undoneAt(id: string): string } | null> {
  const { discovery } = await getProviderRecord(siteId, provider);
  const how = discovery && dialectOf(discovery).sharesOnWhole;
  return how ? { undoneAt: (id) => how.undoneAt(discovery.endPoint, id) } : null;
}
