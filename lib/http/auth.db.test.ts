import type { Account, Session, User } from "next-auth";
import { expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { principalOfSession } from "@/lib/identity/sessions";
import type { Site } from "@/lib/sites/sites";
import { makeSite, makeUser, PASSWORD } from "@/tests/make";
import { authOptions } from "./auth";
import { cookieName } from "./session-cookie";

process.env.OIDC_ISSUER = "https://login.example.org"; // before the configuration is read
process.env.OIDC_CLIENT_ID = "tessera";

const optionsOf = (site: Site) =>
  authOptions(site, (name) => ({ "x-tessera-address": "192.0.2.7", "user-agent": "a browser" })[name]);
const oidc = { provider: "oidc", type: "oauth", providerAccountId: "s-1" } satisfies Account;
const claims = { sub: "s-1", email: "alice@example.org", email_verified: true };

type Provider = { options: { authorize(credentials: object): Promise<User> } };
const passwordOf = ([provider]: unknown[]) => (provider as Provider).options;

it("begins a session at the moment of signing in, which signing out ends", async () => {
  const site = await makeSite();
  const alice = await makeUser({ site, userName: "alice" });
  const { callbacks, events, providers } = optionsOf(site);

  const user = await passwordOf(providers).authorize({ login: "alice", password: PASSWORD });
  const token = await callbacks?.jwt?.({ token: {}, user, account: null });

  const sessionId = String(token?.sid);
  expect(await principalOfSession(site.id, sessionId)).toMatchObject({ userId: alice.userId });
  expect(await db().session.findFirst({ where: { id: sessionId } })).toMatchObject({
    address: "192.0.2.7",
    userAgent: "a browser",
  });
  await events?.signOut?.({ token: token ?? {}, session: {} as Session });
  expect(await principalOfSession(site.id, sessionId)).toBeNull();
});

it("keeps nothing but the session id in the cookie", async () => {
  const site = await makeSite();
  const { callbacks } = optionsOf(site);
  const token = { sid: "session", name: "Alice", email: "alice@example.org" };

  expect(await callbacks?.jwt?.({ token, user: undefined as never, account: null })).toEqual({ sid: "session" });
});

it("tells the client nothing but the expiry", async () => {
  const { callbacks } = optionsOf(await makeSite());
  const session = { expires: "2027-01-01", user: { name: "Alice" } };

  expect(await callbacks?.session?.({ session, token: { sid: "session" } } as never)).toEqual({
    expires: "2027-01-01",
  });
});

it("answers a wrong password with nothing, and a throttled one with its sentence", async () => {
  const site = await makeSite();
  await makeUser({ site, userName: "alice" });
  const { authorize } = passwordOf(optionsOf(site).providers);
  const attempt = (password: string) => authorize({ login: "alice", password });

  expect(await attempt("not the right one")).toBeNull();
  expect(await attempt(PASSWORD)).toMatchObject({ id: expect.any(String) });
  await db().rateCount.updateMany({ data: { count: 50 } });
  await expect(attempt(PASSWORD)).rejects.toThrow(/^Too many tries\. Try again in \d+ minutes\.$/);
});

it("lets whoever signed in elsewhere become the person of that mail address, if it is verified", async () => {
  const site = await makeSite();
  const alice = await makeUser({ site, mail: "alice@example.org" });
  const signIn = optionsOf(site).callbacks?.signIn;
  const user = { id: "s-1" };

  expect(await signIn?.({ user, account: oidc, profile: { ...claims, email_verified: false } as never })).toBe(
    "/sign-in?error=NO_SUCH_ACCOUNT",
  );
  expect(await signIn?.({ user, account: oidc, profile: claims as never })).toBe(true);
  expect(await principalOfSession(site.id, user.id)).toMatchObject({ userId: alice.userId });
});

it("names cookies so that sites on one host do not meet, and secures those of https", async () => {
  const origins = ["http://localhost:3001", "http://localhost:3002", "https://cloud.example.org"];
  const names = (await Promise.all(origins.map(makeSite))).map((site) => cookieName(site, "session"));

  expect(names).toEqual(["tessera-3001.session", "tessera-3002.session", "__Secure-tessera.session"]);
});
