import { config } from "@/lib/core/config";
import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { hashSecret } from "@/lib/core/secrets";
import { addressOf, createSite } from "./change-sites";
import { forgetSites, type Site } from "./sites";

/** Any number: two processes that start at once make one site. */
const FIRST_SITE_LOCK = 815_001;

/**
 * The site of the configured origin, made at the first start with a signing key of its own. Until somebody has set it
 * up, nobody knows it by its origin, and another one may be configured.
 *
 * @throws ORIGIN_CHANGED when this installation was set up under another origin
 */
export async function ensureFirstSite(): Promise<Site> {
  const { publicOrigin } = config();
  const site = await db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${FIRST_SITE_LOCK})::text`;
    const sites = await tx.site.findMany();
    const present = sites.find(({ origin }) => origin === publicOrigin);
    if (present) return present;
    const other = sites.find(({ setUpAt }) => setUpAt) ?? sites[0];
    if (other?.setUpAt) throw originChanged(other.origin, publicOrigin);
    if (other) return tx.site.update({ where: { id: other.id }, data: addressOf(publicOrigin) });
    return createSite(tx, { origin: publicOrigin, name: config().firstRun.siteName });
  });
  forgetSites();
  return site;
}

const originChanged = (old: string, present: string) =>
  conflict(
    "ORIGIN_CHANGED",
    `This cloud was set up as ${old} and other clouds know it by that name: PUBLIC_ORIGIN must stay so, not ${present}.`,
  );

/** The code that opens the set-up page of a site: always the same, so that a printed link outlives a restart. */
export const setUpCodeOf = (siteId: string) => `set_${hashSecret("setup-code", `code/${siteId}`)}`;

/** Opens the set-up page to that code, of which the database holds only a hash. False once the site is set up. */
export async function openSetUp(siteId: string, tx: Tx = db()): Promise<boolean> {
  const { count } = await tx.site.updateMany({
    where: { id: siteId, setUpAt: null },
    data: { setupCodeHash: hashSecret("setup-code", setUpCodeOf(siteId)) },
  });
  forgetSites();
  return count === 1;
}

/** Closes the set-up page for good. False when somebody else was first, or the code is wrong; null needs no code. */
export async function finishSetUp(tx: Tx, siteId: string, code: string | null, name?: string): Promise<boolean> {
  const { count } = await tx.site.updateMany({
    where: { id: siteId, setUpAt: null, ...(code !== null && { setupCodeHash: hashSecret("setup-code", code) }) },
    data: { setUpAt: new Date(), setupCodeHash: null, ...(name && { name }) },
  });
  return count === 1;
}
