import type { z } from "zod";
import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict, forbidden, hasCode, invalid, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { closeSite, createSite } from "@/lib/sites/change-sites";
import { openSetUp, setUpCodeOf } from "@/lib/sites/first-site";
import type { CreateSiteInput, SiteView } from "@/lib/sites/schema";
import { forgetSites, getSite, isMainSite, listSites, type Site } from "@/lib/sites/sites";

/**
 * Every site of the installation, oldest first.
 *
 * @throws NOT_MAIN_SITE
 */
export async function listInstalledSites(admin: UserPrincipal): Promise<SiteView[]> {
  await requireMainSite(admin);
  const [sites, counts] = await Promise.all([
    db().site.findMany({ orderBy: { createdAt: "asc" } }),
    db().user.groupBy({ by: ["siteId"], _count: true }),
  ]);
  const people = new Map(counts.map(({ siteId, _count }) => [siteId, _count]));
  return sites.map((site) => view(site, people.get(site.id) ?? 0));
}

/**
 * Opens another site under an address of its own. Whoever gets its set-up link becomes its first administrator.
 *
 * @throws NOT_MAIN_SITE, SITE_EXISTS, ORIGIN_INVALID
 */
export async function addSite(admin: UserPrincipal, input: z.output<typeof CreateSiteInput>): Promise<SiteView> {
  await requireMainSite(admin);
  const site = await db()
    .$transaction(async (tx) => {
      const made = await createSite(tx, input);
      await openSetUp(made.id, tx);
      await record(tx, admin, "site-created", made);
      return made;
    })
    .catch((error) => {
      throw hasCode(error, "PROVIDER_INVALID") ? originInvalid() : error;
    });
  forgetSites();
  return view(site, 0);
}

/**
 * Closes a site, or opens it again. While it is closed nobody gets in and nothing is sent; nothing of it is lost.
 *
 * @throws NOT_MAIN_SITE, SITE_NOT_FOUND, SITE_IS_MAIN
 */
export async function setSiteDisabled(admin: UserPrincipal, id: string, isDisabled: boolean): Promise<SiteView> {
  await requireMainSite(admin);
  const present = isId(id) ? (await listSites()).find((site) => site.id === id) : undefined;
  if (!present) throw notFound("SITE_NOT_FOUND", "There is no such site.");
  if (isMainSite(present)) throw conflict("SITE_IS_MAIN", "This is the site from which all others are run.");
  const site = await db().$transaction(async (tx) => {
    const isChanged = await closeSite(tx, id, isDisabled);
    if (isChanged) await record(tx, admin, isDisabled ? "site-disabled" : "site-enabled", present);
    // What waited meanwhile goes out now.
    if (isChanged && !isDisabled) await enqueue(tx, "wake-deliveries", { siteId: id });
    return tx.site.findUniqueOrThrow({ where: { id } });
  });
  forgetSites();
  return view(site, await db().user.count({ where: { siteId: id } }));
}

async function requireMainSite({ siteId }: UserPrincipal): Promise<void> {
  if (isMainSite(await getSite(siteId))) return;
  throw forbidden("NOT_MAIN_SITE", "Sites are opened and closed by those who run the whole installation.");
}

function record(tx: Tx, { siteId, userId }: UserPrincipal, action: string, { id, provider }: Site): Promise<void> {
  return recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject: `site:${id}`, detail: { provider } });
}

function view(site: Site, people: number): SiteView {
  const { id, name, origin, provider, disabledAt, setUpAt, createdAt } = site;
  return {
    id,
    name,
    origin,
    provider,
    isMain: isMainSite(site),
    isDisabled: disabledAt !== null,
    setUpUrl: setUpAt ? null : setUpUrl(site),
    people,
    createdAt: createdAt.toISOString(),
  };
}

/** Where whoever holds the code makes himself the first administrator of a site. */
export const setUpUrl = ({ id, origin }: Site) => `${origin}/setup?code=${setUpCodeOf(id)}`;

function originInvalid() {
  const message = "No cloud can go by this address.";
  return invalid("ORIGIN_INVALID", message, { fields: [{ name: "origin", message }] });
}
