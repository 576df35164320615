import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { type ListedCloud, providersEntry, readProvidersFile } from "@/lib/protocol/ocm/providers-file";
import { getSite, type Site } from "@/lib/sites/sites";
import { originOfProvider } from "@/lib/trust/guarded-client";
import { knownDocument } from "@/lib/trust/provider-record";
import type { ImportPlan } from "@/lib/trust/schema";
import { OCM_PATHS } from "@/lib/trust/site-discovery";

const asListed = ({ origin, provider, name }: Pick<Site, "origin" | "provider" | "name">): ListedCloud => ({
  provider,
  name,
  endPoint: `${origin}${OCM_PATHS.endPoint}`,
  webdav: `${origin}${OCM_PATHS.webdavPath}`,
});

/** The entry of a site in the list of clouds that discover nobody, as text to be pasted between its brackets. */
export const ownProvidersEntry = (site: Site): string => JSON.stringify(providersEntry(asListed(site)), null, 2);

/** The clouds that the administrators trust and this one itself, as `ocmproviders.json`. Of those never asked the usual paths. */
export async function exportProviders({ siteId }: UserPrincipal): Promise<string> {
  const rows = await db().provider.findMany({ where: { siteId, standing: "listed" }, orderBy: { provider: "asc" } });
  const others = rows.map((row): ListedCloud => {
    const told = knownDocument(row);
    const origin = originOfProvider(row.provider);
    const usual = asListed({ origin, provider: row.provider, name: told?.name || row.provider });
    return told
      ? { ...usual, endPoint: told.endPoint, webdav: `${origin}${told.webdavPath ?? OCM_PATHS.webdavPath}` }
      : usual;
  });
  const clouds = [asListed(await getSite(siteId)), ...others];
  return `${JSON.stringify(clouds.map(providersEntry), null, 2)}\n`;
}

/**
 * Says what a list of clouds would change: which would be trusted that are not yet, which are already, and which stay
 * blocked. Nothing is changed, and nobody is asked.
 *
 * @throws PROVIDERS_FILE_INVALID
 */
export async function planImport({ siteId }: UserPrincipal, file: string): Promise<ImportPlan> {
  const { entries, bad } = readProvidersFile(file);
  const { provider: own } = await getSite(siteId);
  const others = entries.filter(({ provider }) => provider !== own);
  const where = { siteId, provider: { in: others.map(({ provider }) => provider) } };
  const known = await db().provider.findMany({ where, select: { provider: true, standing: true } });
  const standings = new Map(known.map(({ provider, standing }) => [provider, standing]));
  const of = (standing: string) =>
    others.filter(({ provider }) => (standings.get(provider) ?? "unlisted") === standing);
  return { added: of("unlisted"), present: of("listed").length, blocked: of("blocked"), bad };
}

/**
 * Trusts what the plan says. Clouds that the administrators have blocked stay so.
 *
 * @throws PROVIDERS_FILE_INVALID
 */
export async function importProviders(user: UserPrincipal, file: string): Promise<ImportPlan> {
  const { siteId, userId } = user;
  const plan = await planImport(user, file);
  const providers = plan.added.map(({ provider }) => provider);
  if (providers.length === 0) return plan;
  await db().$transaction(async (tx) => {
    const data = providers.map((provider) => ({ siteId, provider, standing: "listed" as const }));
    await tx.provider.createMany({ data, skipDuplicates: true });
    const where = { siteId, provider: { in: providers }, standing: "unlisted" as const };
    await tx.provider.updateMany({ where, data: { standing: "listed" } });
    const entry = { actor: `user:${userId}`, action: "providers-imported", subject: `site:${siteId}` };
    await recordAudit(tx, siteId, { ...entry, detail: { count: providers.length, providers } });
    await enqueue(tx, "wake-deliveries", { siteId });
  });
  return plan;
}
