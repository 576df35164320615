import type { z } from "zod";
import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { getPolicies, updatePolicies } from "@/lib/sites/policies";
import { forgetSites, getSite } from "@/lib/sites/sites";
import type { Prisma, Provider } from "@/prisma/generated/client";
import { dialectOf } from "./dialects/dialect";
import { discoverProvider } from "./discover-provider";
import { keysOfProvider } from "./provider-keys";
import { type DialectName, type ProviderPage, type ProviderStanding, ProviderView } from "./schema";

type Manners = { acceptsUnsigned?: boolean; dialect?: DialectName | null };
type Standing = z.infer<typeof ProviderStanding>;
export type ListProvidersOptions = { after?: string; limit?: number; search?: string };

/** The clouds that this site knows of, or those of such a domain or name, with the rule that decides on them. */
export async function listProviders(
  { siteId }: UserPrincipal,
  { after, limit = 100, search }: ListProvidersOptions = {},
): Promise<z.infer<typeof ProviderPage>> {
  const rows = await db().provider.findMany({
    where: { siteId, ...(after && { provider: { gt: after } }), ...(search && { OR: called(search) }) },
    orderBy: { provider: "asc" },
    take: limit + 1,
  });
  const { providerRule: rule } = await getSite(siteId);
  const items = rows.slice(0, limit).map(viewProvider);
  return { rule, items, next: rows.length > limit ? (items.at(-1)?.provider ?? null) : null };
}

const called = (search: string): Prisma.ProviderWhereInput[] => [
  { provider: { contains: search, mode: "insensitive" } },
  { discovery: { path: ["name"], string_contains: search, mode: "insensitive" } },
];

/** @throws PROVIDER_NOT_FOUND */
export async function getProvider({ siteId }: UserPrincipal, provider: string): Promise<ProviderView> {
  const row = await db().provider.findUnique({ where: { siteId_provider: { siteId, provider } } });
  if (!row) throw noProvider();
  return viewProvider(row);
}

/**
 * Puts a cloud on the list, as trusted or as blocked. A trusted one is discovered on the spot, keys and all, and is not
 * added if that fails; a blocked one need not exist.
 *
 * @throws PROVIDER_INVALID, PROVIDER_IS_OWN; what `discoverProvider` and `keysOfProvider` throw
 */
export async function addProvider(
  user: UserPrincipal,
  { domain, standing }: { domain: string; standing: "listed" | "blocked" },
): Promise<ProviderView> {
  const { siteId } = user;
  const provider = looseProvider(domain);
  if (provider === (await getSite(siteId)).provider) throw conflict("PROVIDER_IS_OWN", "This is your own cloud.");
  if (standing === "listed") {
    await discoverProvider(siteId, provider, { fresh: true });
    await keysOfProvider(siteId, provider, { fresh: true });
  }
  const row = await db().$transaction(async (tx) => {
    const row = await tx.provider.upsert({
      where: { siteId_provider: { siteId, provider } },
      create: { siteId, provider, standing },
      update: { standing },
    });
    await recordStanding(tx, user, provider, standing);
    return row;
  });
  forgetSites();
  return viewProvider(row);
}

/**
 * Trusts or blocks a cloud that the site knows of, or neither. While it is blocked nothing passes: what is shared with it
 * rests, and goes on where it was once it is allowed again; what waited to be told is told then.
 *
 * @throws PROVIDER_NOT_FOUND
 */
export async function setStanding(user: UserPrincipal, provider: string, standing: Standing): Promise<ProviderView> {
  const { siteId } = user;
  const row = await db().$transaction(async (tx) => {
    const [row] = await tx.provider.updateManyAndReturn({ where: { siteId, provider }, data: { standing } });
    if (!row) throw noProvider();
    await recordStanding(tx, user, provider, standing);
    return row;
  });
  forgetSites();
  return viewProvider(row);
}

/**
 * Sets how a cloud is dealt with where its document does not tell it: whether unsigned messages in its name are taken,
 * from now on until it signs, and in which dialect it is spoken to (null: the one that it shows).
 *
 * @throws PROVIDER_NOT_FOUND
 */
export async function setManners(user: UserPrincipal, provider: string, manners: Manners): Promise<ProviderView> {
  const { siteId, userId } = user;
  const isDecided = manners.acceptsUnsigned !== undefined;
  const row = await db().$transaction(async (tx) => {
    const data = { ...manners, ...(isDecided && { signedAt: null }) };
    const [row] = await tx.provider.updateManyAndReturn({ where: { siteId, provider }, data });
    if (!row) throw noProvider();
    const entry = { actor: `user:${userId}`, action: "provider-manners", subject: provider, detail: manners };
    await recordAudit(tx, siteId, entry);
    await enqueue(tx, "wake-deliveries", { siteId, provider });
    return row;
  });
  return viewProvider(row);
}

/**
 * Forgets what the site decided of a cloud and what it learned of it.
 *
 * @throws PROVIDER_NOT_FOUND
 */
export async function removeProvider(user: UserPrincipal, provider: string): Promise<void> {
  const { siteId, userId } = user;
  await db().$transaction(async (tx) => {
    const { count } = await tx.provider.deleteMany({ where: { siteId, provider } });
    if (count === 0) throw noProvider();
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action: "provider-removed", subject: provider });
    await enqueue(tx, "wake-deliveries", { siteId, provider });
  });
  logger("trust").info({ siteId, provider }, "provider removed");
}

async function recordStanding(tx: Tx, { siteId, userId }: UserPrincipal, provider: string, standing: Standing) {
  await recordAudit(tx, siteId, { actor: `user:${userId}`, action: `provider-${standing}`, subject: provider });
  if (standing === "blocked") await heedBlocks(tx, siteId);
  await enqueue(tx, "wake-deliveries", { siteId, provider });
  logger("trust").info({ siteId, provider, standing }, "provider judged");
}

/** Where anyone is let in, a block would say nothing: whoever blocks wants all but the blocked. */
async function heedBlocks(tx: Tx, siteId: string) {
  const { providerRule } = await getPolicies(siteId);
  if (providerRule === "anyone") await updatePolicies(tx, siteId, { providerRule: "unblocked" });
}

function viewProvider(row: Provider): ProviderView {
  const discovery = DiscoveredProvider.safeParse(row.discovery).data;
  const published = PublicJwk.array().safeParse(row.keys).data ?? [];
  const dialect = discovery ? dialectOf({ ...discovery, chosenDialect: row.dialect ?? undefined }) : null;
  // With what it signs: the key in a document counts only where it knows nothing newer.
  const keys = dialect?.signature === "cavage" && discovery?.ownKey ? [discovery.ownKey] : published;
  return ProviderView.parse({
    ...row,
    acceptsUnsigned: row.acceptsUnsigned && row.signedAt === null,
    name: discovery?.name || null,
    apiVersion: discovery?.apiVersion || null,
    dialect: dialect?.name ?? null,
    chosenDialect: row.dialect,
    capabilities: discovery?.capabilities ?? [],
    keys: keys.map((key) => ({ kid: key.kid, alg: key.alg ?? key.crv ?? key.kty, fingerprint: thumbprint(key) })),
    discoveredAt: row.discoveredAt?.toISOString() ?? null,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  });
}

const noProvider = () => notFound("PROVIDER_NOT_FOUND", "There is no such cloud on the list.");
