import { decode } from "next-auth/jwt";
import { once } from "@/lib/core/once";
import { hashSecret } from "@/lib/core/secrets";
import { findSession, type LiveSession } from "@/lib/identity/sessions";
import type { Site } from "@/lib/sites/sites";

/** Cookies ignore ports, so the name tells two sites on one host apart; `__Secure-` where the site is on https. */
export function cookieName(site: Site, what: "session" | "csrf" | "callback" | "pkce" | "state" | "nonce"): string {
  const { protocol, port } = new URL(site.origin);
  return `${protocol === "https:" ? "__Secure-" : ""}tessera${port && `-${port}`}.${what}`;
}

/** The key under which the cookies of a site are encrypted; those of another site mean nothing here. */
export function cookieSecret(site: Site): string {
  return hashSecret("session", `cookie/${site.id}`);
}

/** The session that a cookie's value stands for, if it still lives and `find` finds it. */
export async function sessionOfCookie(
  site: Site,
  value: string | undefined,
  find: typeof findSession = findSession,
): Promise<LiveSession | null> {
  if (!value) return null;
  const sessionId = await sessionIdOf(site, value);
  return sessionId ? find(site.id, sessionId) : null;
}

const KEPT_MS = 60_000;
const MOST_KEPT = 10_000;
type Opened = { sessionId: string; until: number };

/** Kept for a minute, because opening a cookie costs as much as the rest of a small request. */
async function sessionIdOf(site: Site, value: string): Promise<string | null> {
  const opened = once("session-cookies", () => new Map<string, Opened>());
  const key = `${site.id} ${value}`;
  const known = opened.get(key);
  if (known && known.until > Date.now()) return known.sessionId;

  const content = await decode({ token: value, secret: cookieSecret(site) }).catch(() => null);
  if (typeof content?.sid !== "string") return null;
  opened.delete(key); // the oldest stand first
  opened.set(key, { sessionId: content.sid, until: Date.now() + KEPT_MS });
  const [oldest] = opened.keys();
  if (opened.size > MOST_KEPT && oldest !== undefined) opened.delete(oldest);
  return content.sid;
}

/**
 * Where somebody was going who went to sign in elsewhere, as next-auth keeps it; null for anything but a page of this
 * site.
 */
export function onTheWayTo(site: Site, cookies: string | null | undefined): string | null {
  const value = readCookie(cookies, cookieName(site, "callback"));
  const address = value && URL.canParse(decodeCookie(value)) ? new URL(decodeCookie(value)) : null;
  return address?.origin === site.origin ? address.pathname + address.search : null;
}

function decodeCookie(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return "";
  }
}

/** The value of one cookie in a `Cookie` header. */
export function readCookie(header: string | null | undefined, name: string): string | undefined {
  const pair = header?.split(";").find((part) => part.trim().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf("=") + 1).trim();
}
