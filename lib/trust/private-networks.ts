import { AsyncLocalStorage } from "node:async_hooks";
import net from "node:net";
import { actorOf, recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { forbidden, invalid, notFound } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import type { AdminPrincipal } from "@/lib/core/principal";
import { readPrivateNetwork } from "@/lib/protocol/safe-fetch/addresses";
import { getSite, isMainSite } from "@/lib/sites/sites";

// Clouds in a private network, each allowed by name by those who run the installation (docs/decisions).

/**
 * In which private networks a Provider may live, for what this site asks it. Of other sites than the main one there are
 * none: their administrators do not run the network in which this server stands.
 */
export async function privateNetworksOf(siteId: string, provider: string): Promise<string[]> {
  if (!isMainSite(await getSite(siteId))) return [];
  const tried = trials().getStore();
  if (tried?.siteId === siteId && tried.provider === provider) return [tried.privateNetwork];
  const where = { siteId_provider: { siteId, provider } };
  const row = await db().provider.findUnique({ where, select: { privateNetwork: true } });
  return row?.privateNetwork ? [row.privateNetwork] : [];
}

type Trial = { siteId: string; provider: string; privateNetwork: string };
const trials = () => once("private-network-trials", () => new AsyncLocalStorage<Trial>());

/** Asks a cloud in a private network that is not allowed yet, as if it were: for this work alone. */
export const tryingPrivateNetwork = <T>(trial: Trial, work: () => Promise<T>): Promise<T> => trials().run(trial, work);

/**
 * What a private network is written as in which a cloud may live.
 *
 * @throws NOT_MAIN_SITE (403), PRIVATE_NETWORK_INVALID (400)
 */
export async function readNetworkOf(user: AdminPrincipal, provider: string, range: string): Promise<string> {
  await requireMainSite(user);
  return requirePrivate(provider, range);
}

/**
 * Says in which private network a cloud may live, and that it may be asked there; null: nowhere.
 *
 * @throws NOT_MAIN_SITE (403), PRIVATE_NETWORK_INVALID (400), PROVIDER_NOT_FOUND
 */
export async function setPrivateNetwork(user: AdminPrincipal, provider: string, range: string | null): Promise<void> {
  await requireMainSite(user);
  const privateNetwork = range === null ? null : requirePrivate(provider, range);
  await db().$transaction((tx) => writePrivateNetwork(tx, user, provider, privateNetwork));
}

/** The same of what `readNetworkOf` gave, in the caller's transaction. @throws PROVIDER_NOT_FOUND */
export async function writePrivateNetwork(
  tx: Tx,
  user: AdminPrincipal,
  provider: string,
  privateNetwork: string | null,
): Promise<void> {
  const { siteId } = user;
  const { count } = await tx.provider.updateMany({ where: { siteId, provider }, data: { privateNetwork } });
  if (count === 0) throw notFound("PROVIDER_NOT_FOUND", "There is no such cloud on the list.");
  const entry = { actor: actorOf(user), action: "provider-private-network", subject: provider };
  await recordAudit(tx, siteId, { ...entry, detail: { privateNetwork } });
}

async function requireMainSite({ siteId }: AdminPrincipal): Promise<void> {
  if (isMainSite(await getSite(siteId))) return;
  const message = "What may be reached in private networks is decided by those who run the installation.";
  throw forbidden("NOT_MAIN_SITE", message);
}

function requirePrivate(provider: string, range: string): string {
  const network = readPrivateNetwork(range);
  // The certificate of a name is what proves that the right machine answers.
  const hasName = net.isIP(new URL(`https://${provider}`).hostname.replace(/^\[|\]$/g, "")) === 0;
  if (network && hasName) return network;
  const message = hasName
    ? "Type an address or a range of a private network, such as 10.1.2.0/24. This server itself and what is local to a link are none."
    : "Only a cloud with a name can be allowed there, not an address.";
  throw invalid("PRIVATE_NETWORK_INVALID", message, { fields: [{ name: "privateNetwork", message }] });
}
