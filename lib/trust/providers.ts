import type { z } from "zod";
import { actorOf, recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { AdminPrincipal, UserPrincipal } from "@/lib/core/principal";
import { enqueue } from "@/lib/jobs/enqueue";
import { PublicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { updatePolicies } from "@/lib/sites/policies";
import { forgetSites, getSite } from "@/lib/sites/sites";
import type { Prisma, Provider } from "@/prisma/generated/client";
import { keysThatCount } from "./counting-keys";
import { dialectOf, keptSignature, signatureFor } from "./dialects/dialect";
import { directoriesNaming } from "./directory-clouds";
import { discoverProvider } from "./discover-provider";
import { readNetworkOf, tryingPrivateNetwork, writePrivateNetwork } from "./private-networks";
import { keysOfProvider } from "./provider-keys";
import { readWebdavHosts } from "./provider-policies";
import { knownDocument } from "./provider-record";
import { type ProviderManners, type ProviderPage, type ProviderStanding, ProviderView, SignatureName } from "./schema";

type Standing = z.infer<typeof ProviderStanding>;
export type ListProvidersOptions = { after?: string; limit?: number; search?: string };

/** The clouds that this site knows of, or those of such a domain or name, with the rule that decides on them. */
export async function listProviders(
  { siteId }: AdminPrincipal,
  { after, limit = 100, search }: ListProvidersOptions = {},
): Promise<z.infer<typeof ProviderPage>> {
  const rows = await db().provider.findMany({
    where: { siteId, ...(after && { provider: { gt: after } }), ...(search && { OR: called(search) }) },
    orderBy: { provider: "asc" },
    take: limit + 1,
  });
  const { providerRule: rule } = await getSite(siteId);
  const page = rows.slice(0, limit);
  const naming = await directoriesNaming(
    siteId,
    page.map(({ provider }) => provider),
  );
  const items = page.map((row) => viewProvider(row, naming.get(row.provider)));
  return { rule, items, next: rows.length > limit ? (items.at(-1)?.provider ?? null) : null };
}

const called = (search: string): Prisma.ProviderWhereInput[] => [
  { provider: { contains: search, mode: "insensitive" } },
  { discovery: { path: ["name"], string_contains: search, mode: "insensitive" } },
];

/** @throws PROVIDER_NOT_FOUND */
export async function getProvider({ siteId }: AdminPrincipal, provider: string): Promise<ProviderView> {
  const row = await db().provider.findUnique({ where: { siteId_provider: { siteId, provider } } });
  if (!row) throw noProvider();
  return viewProvider(row, (await directoriesNaming(siteId, [provider])).get(provider));
}

/**
 * Puts a cloud on the list, as trusted or as blocked. A trusted one is discovered on the spot, keys and all, and is not
 * added if that fails; a blocked one need not exist.
 *
 * @throws PROVIDER_INVALID, PROVIDER_IS_OWN; what `readNetworkOf`, `discoverProvider` and `keysOfProvider` throw
 */
export async function addProvider(
  user: AdminPrincipal,
  { domain, standing, privateNetwork }: { domain: string; standing: "listed" | "blocked"; privateNetwork?: string },
): Promise<ProviderView> {
  const { siteId } = user;
  const provider = looseProvider(domain);
  if (provider === (await getSite(siteId)).provider) throw conflict("PROVIDER_IS_OWN", "This is your own cloud.");
  const network = privateNetwork ? await readNetworkOf(user, provider, privateNetwork) : null;
  const ask = () => askAnew(siteId, provider);
  if (standing === "listed") {
    await (network ? tryingPrivateNetwork({ siteId, provider, privateNetwork: network }, ask) : ask());
  }
  await db().$transaction(async (tx) => {
    await tx.provider.upsert({
      where: { siteId_provider: { siteId, provider } },
      create: { siteId, provider, standing },
      update: { standing },
    });
    if (network) await writePrivateNetwork(tx, user, provider, network);
    await recordStanding(tx, user, provider, standing);
  });
  forgetSites();
  return getProvider(user, provider);
}

async function askAnew(siteId: string, provider: string): Promise<void> {
  await discoverProvider(siteId, provider, { fresh: true });
  await keysOfProvider(siteId, provider, { fresh: true });
}

/**
 * Trusts or blocks a cloud that the site knows of, or neither. While it is blocked nothing passes: what is shared with it
 * rests, and goes on where it was once it is allowed again; what waited to be told is told then.
 *
 * @throws PROVIDER_NOT_FOUND
 */
export async function setStanding(user: AdminPrincipal, provider: string, standing: Standing): Promise<ProviderView> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const { count } = await tx.provider.updateMany({ where: { siteId, provider }, data: { standing } });
    if (count === 0) throw noProvider();
    await recordStanding(tx, user, provider, standing);
  });
  forgetSites();
  return getProvider(user, provider);
}

/**
 * Sets how a cloud is dealt with: whether unsigned messages in its name are taken, from now on until it signs (and what it gets
 * is then signed only if it shows that it can check that), in which
 * dialect it is spoken to and how that is signed (null: as it shows), what may pass between it and the people here, and
 * at which hosts beside its own that may lie.
 *
 * @throws PROVIDER_NOT_FOUND, WEBDAV_HOST_INVALID
 */
export async function setManners(
  user: UserPrincipal,
  provider: string,
  { webdavHosts, ...others }: Partial<ProviderManners>,
): Promise<ProviderView> {
  const { siteId, userId } = user;
  const manners = { ...others, ...(webdavHosts && { webdavHosts: readWebdavHosts(webdavHosts) }) };
  const isDecided = manners.acceptsUnsigned !== undefined;
  await db().$transaction(async (tx) => {
    const data = { ...manners, ...(isDecided && { signedAt: null, lastSignature: null }) };
    const { count } = await tx.provider.updateMany({ where: { siteId, provider }, data });
    if (count === 0) throw noProvider();
    const entry = { actor: `user:${userId}`, action: "provider-manners", subject: provider, detail: manners };
    await recordAudit(tx, siteId, entry);
    await enqueue(tx, "wake-deliveries", { siteId, provider });
  });
  return getProvider(user, provider);
}

/**
 * Forgets what the site decided of a cloud and what it learned of it.
 *
 * @throws PROVIDER_NOT_FOUND
 */
export async function removeProvider(user: AdminPrincipal, provider: string): Promise<void> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const { count } = await tx.provider.deleteMany({ where: { siteId, provider } });
    if (count === 0) throw noProvider();
    await recordAudit(tx, siteId, { actor: actorOf(user), action: "provider-removed", subject: provider });
    await enqueue(tx, "wake-deliveries", { siteId, provider });
  });
  logger("trust").info({ siteId, provider }, "provider removed");
}

async function recordStanding(tx: Tx, admin: AdminPrincipal, provider: string, standing: Standing) {
  const { siteId } = admin;
  await recordAudit(tx, siteId, { actor: actorOf(admin), action: `provider-${standing}`, subject: provider });
  if (standing === "blocked") await heedBlocks(tx, siteId);
  await enqueue(tx, "wake-deliveries", { siteId, provider });
  logger("trust").info({ siteId, provider, standing }, "provider judged");
}

/** Where anyone is let in, a block would say nothing: whoever blocks wants all but the blocked. */
async function heedBlocks(tx: Tx, siteId: string) {
  const { providerRule } = await tx.site.findUniqueOrThrow({ where: { id: siteId } });
  if (providerRule === "anyone") await updatePolicies(tx, siteId, { providerRule: "unblocked" });
}

function viewProvider(row: Provider, vouchedBy: string[] = []): ProviderView {
  const discovery = knownDocument(row);
  const dialect = discovery ? dialectOf(discovery) : null;
  const published = PublicJwk.array().safeParse(row.keys).data ?? [];
  const keys = keysThatCount({ discovery, keys: published });
  return ProviderView.parse({
    ...row,
    vouchedBy,
    acceptsUnsigned: row.acceptsUnsigned && row.signedAt ? false : row.acceptsUnsigned,
    name: discovery?.name || null,
    apiVersion: discovery?.apiVersion || null,
    dialect: dialect?.name ?? null,
    chosenDialect: row.dialect,
    signature: discovery ? signatureFor(discovery, published) : null,
    chosenSignature: SignatureName.safeParse(row.signature).data ?? null,
    keepsSignature: discovery !== null && keptSignature(discovery) !== null,
    capabilities: discovery?.capabilities ?? [],
    keys: keys.map((key) => ({ kid: key.kid, alg: key.alg ?? key.crv ?? key.kty, fingerprint: thumbprint(key) })),
    heard: row.heardAt && { at: row.heardAt.toISOString(), keyid: row.heardKeyid, algorithm: row.heardAlgorithm },
    firstSeenAt: row.firstSeenAt.toISOString(),
    discoveredAt: row.discoveredAt?.toISOString() ?? null,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  });
}

const noProvider = () => notFound("PROVIDER_NOT_FOUND", "There is no such cloud on the list.");
