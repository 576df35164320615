import { onDuplicate, type Tx } from "@/lib/core/db";
import { logger } from "@/lib/core/logger";
import { providerOfUrl } from "@/lib/protocol/ocm/address";
import { createSigningKey } from "./change-keys";
import type { Site } from "./sites";

/** What an origin means for a site. @throws PROVIDER_INVALID */
export const addressOf = (origin: string) => ({ origin, provider: providerOfUrl(new URL(origin)) });

/**
 * A site with a signing key of its own, which somebody still has to set up. Call `forgetSites` once the transaction is
 * through.
 *
 * @throws PROVIDER_INVALID, SITE_EXISTS
 */
export async function createSite(tx: Tx, { origin, name }: { origin: string; name: string }): Promise<Site> {
  const site = await tx.site
    .create({ data: { ...addressOf(origin), name } })
    .catch(onDuplicate("SITE_EXISTS", "There is a cloud of this address already."));
  await createSigningKey(tx, site.id);
  logger("sites").info({ siteId: site.id, provider: site.provider }, "site created");
  return site;
}

/** Closes a site or opens it again; false if it was so already. Call `forgetSites` once the transaction is through. */
export async function closeSite(tx: Tx, id: string, isDisabled: boolean): Promise<boolean> {
  const where = { id, disabledAt: isDisabled ? null : { not: null } };
  const { count } = await tx.site.updateMany({ where, data: { disabledAt: isDisabled ? new Date() : null } });
  return count > 0;
}
