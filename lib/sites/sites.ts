import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { AppError, notFound } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import type { Site } from "@/prisma/generated/client";

export type { Site };

/** Another process may have changed a site: no copy is older than this. */
const FRESH_FOR = 5_000;
const cache = () => once("sites", () => ({ sites: [] as Site[], readAt: Number.NEGATIVE_INFINITY }));

/** Every site of this installation, at most a few seconds old. */
export async function listSites(): Promise<Site[]> {
  const slot = cache();
  if (slot.sites.length > 0 && performance.now() - slot.readAt < FRESH_FOR) return slot.sites;
  slot.sites = await db().site.findMany({ orderBy: { createdAt: "asc" } });
  slot.readAt = performance.now();
  return slot.sites;
}

/** The sites as they were read last, for who cannot wait; every request reads them before. */
export const knownSites = (): Site[] => cache().sites;

/** Makes the next read see what was just written. */
export function forgetSites(): void {
  cache().readAt = Number.NEGATIVE_INFINITY;
}

/**
 * The site that a request with this Host is for. A single site answers to any name.
 *
 * @throws UNKNOWN_HOST (421), SITE_DISABLED (503)
 */
export async function siteOfHost(host: string | undefined): Promise<Site> {
  const sites = await listSites();
  const wanted = host?.toLowerCase();
  const site = sites.length === 1 ? sites[0] : sites.find(({ origin }) => new URL(origin).host === wanted);
  if (!site) throw new AppError(421, "UNKNOWN_HOST", "There is no cloud of that name here.");
  if (site.disabledAt) throw siteDisabled();
  return site;
}

/** 503, so that other clouds forget nothing: it may be opened again. */
export const siteDisabled = () =>
  new AppError(503, "SITE_DISABLED", "This cloud is closed at the moment. Ask whoever runs it.", { retryAfter: 3600 });

/** Whether a site is the one of `PUBLIC_ORIGIN`, whose administrators run the whole installation. */
export const isMainSite = ({ origin }: Site): boolean => origin === config().publicOrigin;

/** @throws SITE_NOT_FOUND */
export async function getSite(siteId: string): Promise<Site> {
  const known = (await listSites()).find(({ id }) => id === siteId);
  const site = known ?? (await db().site.findUnique({ where: { id: siteId } }));
  if (!site) throw notFound("SITE_NOT_FOUND", "There is no such site.");
  return site;
}

/** What a person of this site gives to people on other clouds. */
export function cloudAddressAt(site: Site, person: { identifier: string; userName: string }): string {
  const identifier = site.answersUserNames ? person.userName : person.identifier;
  return formatOcmAddress({ identifier, provider: site.provider });
}
