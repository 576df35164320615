import { forbidden } from "@/lib/core/errors";
import type { AppPrincipal, AppScope, SessionPrincipal, UserPrincipal } from "@/lib/core/principal";
import { signInApp, wrongAppPassword } from "@/lib/identity/app-access";
import { findBegunSession, findSession, type LiveSession, signedOut } from "@/lib/identity/sessions";
import { limitOften } from "@/lib/limits/limit-often";
import { getSite, type Site, siteOfHost } from "@/lib/sites/sites";
import { findAppCredentials } from "./app-credentials";
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
function requireLive(session: LiveSession | null): SessionPrincipal {
  if (!session) throw signedOut();
  if (session.mustChangePassword) {
    throw forbidden("PASSWORD_CHANGE_REQUIRED", "Choose a password of your own first.");
  }
  return session.user;
}

type Asked = {
  site: Site;
  read: HeaderReader;
  isWrite: boolean;
  /** What an app password must be for; none is taken without. */
  scope?: AppScope;
  /** Also while a first password waits to be replaced. */
  withAnyPassword?: boolean;
  /** Also between the password and the second factor. */
  halfSignedIn?: boolean;
  /** Refuses what a page of another origin asks for with our cookie. */
  guardCookie?: GuardCookie;
};
export type GuardCookie = (site: Site, read: HeaderReader, isWrite: boolean) => void;

/**
 * Who sends a request: whoever's app password is in it, where those are taken, else whoever is signed in. Each request of
 * an account is counted.
 *
 * @throws NOT_SIGNED_IN, PASSWORD_CHANGE_REQUIRED, CROSS_ORIGIN, TOO_MANY_REQUESTS; APP_PASSWORD_WRONG,
 *   APP_PASSWORD_NOT_FOR_THIS
 */
export async function principalOf(asked: Asked): Promise<UserPrincipal> {
  const app = asked.scope ? await findApp(asked, asked.scope) : null;
  if (!app) return sessionPrincipalOf(asked);
  limitRequests(app);
  return app;
}

/**
 * For whom a program acts, where nothing but an app password opens.
 *
 * @throws APP_PASSWORD_WRONG, APP_PASSWORD_NOT_FOR_THIS, CROSS_ORIGIN, TOO_MANY_REQUESTS
 */
export async function appPrincipalOf(asked: Asked & { scope: AppScope }): Promise<AppPrincipal> {
  const app = await findApp(asked, asked.scope);
  if (!app) throw wrongAppPassword();
  limitRequests(app);
  return app;
}

/**
 * Whoever is signed in, with a browser.
 *
 * @throws NOT_SIGNED_IN, PASSWORD_CHANGE_REQUIRED, CROSS_ORIGIN, TOO_MANY_REQUESTS
 */
export async function sessionPrincipalOf(asked: Asked): Promise<SessionPrincipal> {
  const { site, read, isWrite, scope, withAnyPassword, halfSignedIn, guardCookie = guardWrites } = asked;
  const session = await findSessionOfRequest(site, read, halfSignedIn ? findBegunSession : findSession);
  // Where programs may ask, one that tried something else in its header is told in its words.
  if (!session && scope) throw read("authorization") ? wrongAppPassword() : signedOut();
  guardCookie(site, read, isWrite);
  const user = session && (withAnyPassword || halfSignedIn) ? session.user : requireLive(session);
  limitRequests(user);
  return user;
}

const guardWrites: GuardCookie = (site, read, isWrite) => {
  if (isWrite) requireSameOrigin(site, read);
};

/** With a header that holds something else, what a proxy in front asks for, say, the session counts. */
async function findApp({ site, read, isWrite }: Asked, scope: AppScope): Promise<AppPrincipal | null> {
  const credentials = findAppCredentials(read("authorization"));
  if (!credentials) return null;
  const app = await signInApp(site.id, { ...credentials, address: addressOf(read) });
  if (!app.scopes.includes(scope)) {
    throw forbidden(
      "APP_PASSWORD_NOT_FOR_THIS",
      `This app password is not for ${scope}. Make one in Settings that is.`,
    );
  }
  if (isWrite) requireNoOtherOrigin(site, read);
  return app;
}

/** Of the client. */
export const addressOf = (read: HeaderReader): string => read("x-tessera-address") ?? "unknown";

/** Whether another site of this installation asks, by the short way. */
export const isFromWithin = (read: HeaderReader): boolean => Boolean(read("x-tessera-within"));

/** Whoever fetches ten thousand files one by one in a minute stays below. */
const REQUESTS = 20_000;

/**
 * Counts every request of an account, those that only read among them.
 *
 * @throws TOO_MANY_REQUESTS
 */
function limitRequests({ siteId, userId }: UserPrincipal): void {
  limitOften({ siteId, key: `requests:user:${userId}`, max: REQUESTS });
}

/**
 * Refuses a write that a page of another origin makes with our cookie.
 *
 * @throws CROSS_ORIGIN
 */
export function requireSameOrigin(site: Site, read: HeaderReader): void {
  const fetchSite = read("sec-fetch-site");
  const isOurs = fetchSite ? fetchSite === "same-origin" : read("origin") === site.origin;
  if (!isOurs) throw crossOrigin();
}

/**
 * Refuses a write that a browser makes for a page of another origin, with what it was once asked for or with our cookie.
 * Programs send neither header.
 *
 * @throws CROSS_ORIGIN
 */
export function requireNoOtherOrigin(site: Site, read: HeaderReader): void {
  const [fetchSite, origin] = [read("sec-fetch-site"), read("origin")];
  const isOther = fetchSite ? !["same-origin", "none"].includes(fetchSite) : origin && origin !== site.origin;
  if (isOther) throw crossOrigin();
}

const crossOrigin = () => forbidden("CROSS_ORIGIN", "This request did not come from a page of this cloud.");
