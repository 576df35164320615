import { encode } from "next-auth/jwt";
import { addPerson } from "@/lib/admin/add-person";
import { db } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { AppScope, SessionPrincipal, UserPrincipal } from "@/lib/core/principal";
import { cookieName, cookieSecret } from "@/lib/http/session-cookie";
import { createAppPassword } from "@/lib/identity/app-passwords";
import { hashPassword } from "@/lib/identity/passwords";
import { startSession } from "@/lib/identity/sessions";
import { providerOfUrl } from "@/lib/protocol/ocm/address";
import { createSigningKey } from "@/lib/sites/change-keys";
import { forgetSites, getSite, type Site } from "@/lib/sites/sites";

export const PASSWORD = "correct horse battery";
let passwordHash: Promise<string> | undefined;
let made = 0;

/** A site that is set up, with a key. */
export async function makeSite(origin = `https://cloud-${++made}.example.org`): Promise<Site> {
  const provider = providerOfUrl(new URL(origin));
  const site = await db().$transaction(async (tx) => {
    const created = await tx.site.create({ data: { origin, provider, name: provider, setUpAt: new Date() } });
    await createSigningKey(tx, created.id);
    return created;
  });
  forgetSites();
  return site;
}

type UserOptions = { site?: Site; userName?: string; displayName?: string; mail?: string; isAdmin?: boolean };

/** A person with a session, on a site of his own unless one is given. The password is `PASSWORD`. */
export async function makeUser(options: UserOptions = {}): Promise<SessionPrincipal> {
  const site = options.site ?? (await makeSite());
  passwordHash ??= hashPassword(PASSWORD);
  const { userName = `person${++made}`, isAdmin = false } = options;
  const { displayName = userName, mail = null } = options;
  const prepared = {
    userName,
    displayName,
    mail,
    isAdmin,
    quota: null,
    identifier: newId(),
    passwordHash: await passwordHash,
  };
  const person = await db().$transaction((tx) => addPerson(tx, site.id, "operator", prepared));
  const sessionId = await startSession(site.id, person.id, { userAgent: "test", address: "127.0.0.1" });
  return { kind: "user", siteId: site.id, userId: person.id, sessionId, userName, displayName, isAdmin };
}

type AskOptions = { method?: string; body?: unknown; headers?: Record<string, string> };

/** A request to a route handler, as a page of the person's site would send it. */
export async function requestOf(user: UserPrincipal, path: string, options: AskOptions = {}): Promise<Request> {
  const site = await getSite(user.siteId);
  const sid = "sessionId" in user ? user.sessionId : undefined;
  const token = await encode({ token: { sid }, secret: cookieSecret(site) });
  const headers = {
    cookie: `${cookieName(site, "session")}=${token}`,
    origin: site.origin,
    "x-tessera-site": site.id,
    "x-tessera-address": "127.0.0.1",
    ...options.headers,
  };
  const { method = "GET", body } = options;
  return new Request(`http://localhost:3000${path}`, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** What a program sends in `Authorization` that was given an app password of this person. */
export async function makeAppPassword(user: SessionPrincipal, scopes: AppScope[]): Promise<string> {
  const { secret } = await createAppPassword(user, { name: "A program", scopes, expiresAt: null });
  return `Basic ${Buffer.from(`${user.userName}:${secret}`).toString("base64")}`;
}

/** A request to a route handler as a program sends it, to the site of this person. */
export async function programRequest(
  { siteId }: UserPrincipal,
  authorization: string,
  path: string,
  method = "GET",
  body?: RequestInit["body"],
): Promise<Request> {
  const headers = { authorization, "x-tessera-site": siteId, "x-tessera-address": "192.0.2.9" };
  return new Request(`http://localhost:3000${path}`, { method, headers, body });
}
