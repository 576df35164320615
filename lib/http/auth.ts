import NextAuth, { type AuthOptions, type CookieOption, type Profile } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { hasCode, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { type Device, endSessions, findBegunSession, SESSION_DAYS, startSession } from "@/lib/identity/sessions";
import { signIn, signInExternally } from "@/lib/identity/sign-in";
import type { Site } from "@/lib/sites/sites";
import { type HeaderReader, siteOfRequest } from "./incoming";
import { cookieName, cookieSecret } from "./session-cookie";

type Claims = Profile & { sub: string; email_verified?: boolean };

/** The handler behind /api/auth. Its origin is the site's: server/index.ts writes that into the request. */
export async function handleAuth(request: Request, context: { params: Promise<{ nextauth: string[] }> }) {
  const read: HeaderReader = (name) => request.headers.get(name);
  const site = await siteOfRequest(read);
  return NextAuth(request as never, context as never, authOptions(site, read)) as Promise<Response>;
}

/** How people sign in to a site: with a password, or at the OpenID Connect provider that the operator named. */
export function authOptions(site: Site, read: HeaderReader): AuthOptions {
  const address = read("x-tessera-address") ?? "unknown";
  const device = { address, userAgent: read("user-agent") ?? "" };
  return {
    secret: cookieSecret(site),
    session: { strategy: "jwt", maxAge: SESSION_DAYS * 86_400 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    cookies: cookiesOf(site),
    providers: [passwordProvider(site, device), ...openIdProvider()],
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== "oidc") return true;
        try {
          const userId = await signInExternally(site.id, claimsOf(profile as Claims));
          user.id = await startSession(site.id, userId, device);
          return true;
        } catch (error) {
          if (isAppError(error)) return `/sign-in?error=${error.code}`;
          throw error;
        }
      },
      /** `user` is there at the moment of signing in only: it stands for the session that has begun. */
      jwt: ({ token, user }) => ({ sid: user ? user.id : token.sid }),
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: ({ token }) => endSignIn(site.id, token?.sid),
    },
    logger: {
      error: (code, metadata) => logger("http").warn({ event: code, reason: messageOf(metadata) }, "sign-in failed"),
      warn: () => {},
      debug: () => {},
    },
  };
}

const messageOf = (metadata: unknown) => (metadata as { message?: string } | undefined)?.message;

async function endSignIn(siteId: string, sessionId: unknown): Promise<void> {
  const begun = typeof sessionId === "string" ? await findBegunSession(siteId, sessionId) : null;
  const user = begun?.user;
  if (user) await db().$transaction((tx) => endSessions(tx, siteId, user.userId, { only: user.sessionId }));
}

/** The client finds the sentence of a refusal in `error`; a wrong name or password is `CredentialsSignin`. */
function passwordProvider(site: Site, device: Device) {
  return CredentialsProvider({
    credentials: { login: {}, password: {} },
    async authorize(credentials) {
      const { login = "", password = "" } = credentials ?? {};
      try {
        const { userId, passwordHash } = await signIn(site.id, { login, password, address: device.address });
        return { id: await startSession(site.id, userId, device, passwordHash) };
      } catch (error) {
        if (hasCode(error, "SIGN_IN_FAILED")) return null;
        throw isAppError(error) ? new Error(error.message) : error;
      }
    },
  });
}

function openIdProvider(): OAuthConfig<Claims>[] {
  const { oidc } = config();
  if (!oidc) return [];
  const { issuer, clientId, clientSecret, name } = oidc;
  const provider: OAuthConfig<Claims> = {
    id: "oidc",
    name,
    type: "oauth",
    wellKnown: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    ...(!clientSecret && { client: { token_endpoint_auth_method: "none" } }),
    authorization: { params: { scope: "openid email profile" } },
    idToken: true,
    checks: ["pkce", "state", "nonce"],
    profile: ({ sub }) => ({ id: sub }),
  };
  return [provider];
}

function claimsOf({ sub, email, email_verified }: Claims) {
  const issuer = config().oidc?.issuer ?? "";
  return { issuer, subject: sub, mail: email, mailIsVerified: email_verified === true };
}

function cookiesOf(site: Site): AuthOptions["cookies"] {
  const secure = site.origin.startsWith("https:");
  const cookie = (what: Parameters<typeof cookieName>[1], maxAge?: number): CookieOption => ({
    name: cookieName(site, what),
    options: { httpOnly: true, sameSite: "lax", path: "/", secure, maxAge },
  });
  return {
    sessionToken: cookie("session"),
    csrfToken: cookie("csrf"),
    callbackUrl: cookie("callback"),
    pkceCodeVerifier: cookie("pkce", 900),
    state: cookie("state", 900),
    nonce: cookie("nonce", 900),
  };
}
