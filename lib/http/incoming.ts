import { forbidden } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { type findSession, type LiveSession, signedOut } from "@/lib/identity/sessions";
import { limitOften } from "@/lib/limits/limit-often";
import { getSite, type Site, siteOfHost } from "@/lib/sites/sites";
import { cookieName, readCookie, sessionOfCookie } from "./session-cookie";

/** What is read of a request, whether Node's or the web's. */
export type HeaderReader = (name: string) => string | null | undefined;

/** The site that server/index.ts settled for this request. */
export async function siteOfRequest(read: HeaderReader): Promise<Site> {
  const id = read("x-tessera-site");
  return id ? getSite(id) : siteOfHost(read("host") ?? undefined);
}

/** Who sent a request to this site, if a living session says so. */
export async function findSessionOfRequest(
  site: Site,
  read: HeaderReader,
  find?: typeof findSession,
): Promise<LiveSession | null> {
  return sessionOfCookie(site, readCookie(read("cookie"), cookieName(site, "session")), find);
}

/** @throws NOT_SIGNED_IN, and PASSWORD_CHANGE_REQUIRED until the first password is replaced */
export function requireLive(session: LiveSession | null): UserPrincipal {
  if (!session) throw signedOut();
  if (session.mustChangePassword) {
    throw forbidden("PASSWORD_CHANGE_REQUIRED", "Choose a password of your own first.");
  }
  return session.user;
}

/** Whoever fetches ten thousand files one by one in a minute stays below. */
const REQUESTS = 20_000;

/**
 * Counts every request of an account, those that only read among them.
 *
 * @throws TOO_MANY_REQUESTS
 */
export function limitRequests({ siteId, userId }: UserPrincipal): void {
  limitOften(`requests:${siteId}:user:${userId}`, REQUESTS);
}

/**
 * Refuses a write that a page of another origin makes with our cookie.
 *
 * @throws CROSS_ORIGIN
 */
export function requireSameOrigin(site: Site, read: HeaderReader): void {
  const fetchSite = read("sec-fetch-site");
  const isOurs = fetchSite ? fetchSite === "same-origin" : read("origin") === site.origin;
  if (!isOurs) throw forbidden("CROSS_ORIGIN", "This request did not come from a page of this cloud.");
}
