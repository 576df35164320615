import { conflict, forbidden, hasCode, invalid } from "@/lib/core/errors";
import { normalizeProvider } from "@/lib/protocol/ocm/address";
import { knownSites } from "@/lib/sites/sites";
import { dialectOf } from "@/lib/trust/dialects/dialect";
import type { ProviderRecord } from "@/lib/trust/provider-record";

type Policies = Pick<ProviderRecord, "mustInvite" | "mustExchange" | "refusedKinds">;

/** A share that a cloud offers. */
export type IncomingShare = { resourceType: string; isFromContact: boolean; opensBySecret: boolean };
/** A share that is to be offered to a cloud. */
export type OutgoingShare = { kind: string; isForContact: boolean };

/**
 * Lets pass only such shares of a cloud as the administrators take from it.
 *
 * @throws SHARE_KIND_REFUSED, INVITE_NEEDED, EXCHANGE_NEEDED (403)
 */
export function requireTaken({ mustInvite, mustExchange, refusedKinds }: Policies, share: IncomingShare): void {
  if (refusedKinds.includes(`${share.resourceType}-in`)) {
    throw forbidden("SHARE_KIND_REFUSED", "Shares of this kind are not taken from your cloud.");
  }
  if (mustInvite && !share.isFromContact) {
    throw forbidden("INVITE_NEEDED", "Shares are taken from your cloud only between people who accepted an invite.");
  }
  if (mustExchange && share.opensBySecret) {
    throw forbidden("EXCHANGE_NEEDED", "Shares are taken from your cloud only with must-exchange-token.");
  }
}

/**
 * Lets pass only such shares for a cloud as the administrators allow.
 *
 * @throws SHARE_KIND_REFUSED, INVITE_NEEDED (403), EXCHANGE_NEEDED (409)
 */
export function requireGiven(record: ProviderRecord, provider: string, share: OutgoingShare): void {
  if (record.refusedKinds.includes(`${share.kind}-out`)) {
    const what = share.kind === "file" ? "files" : "folders";
    throw forbidden(
      "SHARE_KIND_REFUSED",
      `The administrators of your cloud do not allow to share ${what} with ${provider}.`,
    );
  }
  if (record.mustInvite && !share.isForContact) {
    throw forbidden(
      "INVITE_NEEDED",
      `With people on ${provider} you share once they have accepted an invite. Send one.`,
    );
  }
  if (record.discovery) requireExchange(record, provider, dialectOf(record.discovery).opensBySecret);
}

/**
 * Lets no share leave whose secret alone would open it, where the administrators ask for more.
 *
 * @throws EXCHANGE_NEEDED (409)
 */
export function requireExchange({ mustExchange }: Policies, provider: string, opensBySecret: boolean): void {
  if (!mustExchange || !opensBySecret) return;
  throw conflict(
    "EXCHANGE_NEEDED",
    `${provider} cannot open shares as safely as the administrators of your cloud ask for.`,
  );
}

/**
 * The hosts beside its own at which what a cloud shares may lie, each in its one spelling: whole names, with the port
 * unless it is 443. None is a pattern, none holds for what is below it, and none is of this installation.
 *
 * @throws WEBDAV_HOST_INVALID (400)
 */
export function readWebdavHosts(hosts: string[]): string[] {
  return [...new Set(hosts.map(readWebdavHost))];
}

function readWebdavHost(host: string): string {
  const name = nameOfHost(host);
  if (!name) throw invalid("WEBDAV_HOST_INVALID", `Type the name of a host, as in files.example.org: ${host} is none.`);
  if (knownSites().some(({ provider }) => provider === name)) {
    throw invalid("WEBDAV_HOST_INVALID", `${name} is your own cloud: nothing of another one lies there.`);
  }
  return name;
}

function nameOfHost(host: string): string | null {
  try {
    return normalizeProvider(host);
  } catch (error) {
    if (hasCode(error, "PROVIDER_INVALID")) return null;
    throw error;
  }
}
