import { decode } from "next-auth/jwt";
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

/** The session that a cookie's value stands for, if it still lives. */
export async function sessionOfCookie(site: Site, value: string | undefined): Promise<LiveSession | null> {
  if (!value) return null;
  const content = await decode({ token: value, secret: cookieSecret(site) }).catch(() => null);
  return typeof content?.sid === "string" ? findSession(site.id, content.sid) : null;
}

/** The value of one cookie in a `Cookie` header. */
export function readCookie(header: string | null | undefined, name: string): string | undefined {
  const pair = header?.split(";").find((part) => part.trim().startsWith(`${name}=`));
  return pair?.slice(pair.indexOf("=") + 1).trim();
}
