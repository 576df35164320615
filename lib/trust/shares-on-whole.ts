import { dialectOf } from "./dialects/dialect";
import { getProviderRecord } from "./provider-record";

/**
 * Whether a cloud, as far as is known of it, gives whatever it is asked to share on with all that the asking share grants,
 * and names that by an id and a token of its own from then on.
 */
export async function sharesOnWhole(siteId: string, provider: string): Promise<boolean> {
  const { discovery } = await getProviderRecord(siteId, provider);
  return discovery !== null && dialectOf(discovery).sharesOnWhole === true;
}
