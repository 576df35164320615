import { db, pool, type Statement, type Tx } from "@/lib/core/db";
import { notFound, unauthenticated } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { SessionPrincipal, UserPrincipal } from "@/lib/core/principal";
import { hasSecondFactor } from "@/lib/identity/second-factor/factors";
import { touchTopic } from "@/lib/notices/live";
import { listSites } from "@/lib/sites/sites";
import type { SessionView } from "./schema";

/** A sign-in lasts this long, however often it is used. */
export const SESSION_DAYS = 30;
/** So long one has between the password and the second factor. */
const HALF_SIGNED_IN_MINUTES = 10;

const endOfSession = () => new Date(Date.now() + SESSION_DAYS * 86_400_000);

/** From where somebody signs in, for the list of sessions. */
export type Device = { userAgent: string; address: string };

/**
 * Begins a session and returns its id, which is all that the cookie holds. Of somebody with a second factor it opens
 * nothing until that was shown. Who has shown a password gets none once that has been changed or reset meanwhile.
 *
 * @throws SIGN_IN_FAILED
 */
export async function startSession(
  siteId: string,
  userId: string,
  device: Device,
  passwordHash: string | null = null,
): Promise<string> {
  const awaitsSecondFactor = await hasSecondFactor(siteId, userId);
  const expiresAt = awaitsSecondFactor ? new Date(Date.now() + HALF_SIGNED_IN_MINUTES * 60_000) : endOfSession();
  const { address } = device;
  const userAgent = device.userAgent.slice(0, 300);
  const data = { siteId, userId, userAgent, address, awaitsSecondFactor, expiresAt };
  return db().$transaction(async (tx) => {
    // Held until the session is there, so that whoever changes the password or disables the person ends it.
    const standing = await tx.$queryRaw<unknown[]>`
      SELECT FROM "User" WHERE "siteId" = ${siteId}::uuid AND "id" = ${userId}::uuid AND "disabledAt" IS NULL
         AND (${passwordHash}::text IS NULL OR "passwordHash" = ${passwordHash}) FOR SHARE`;
    if (standing.length === 0) throw signInFailed();
    return (await tx.session.create({ data })).id;
  });
}

/** 401 for a name or a password, whichever it is. */
export const signInFailed = () => unauthenticated("SIGN_IN_FAILED", "The name or the password is not right.");

/**
 * Writes down that a second factor was shown in a session; one that waited for it is whole from now on.
 *
 * @throws NOT_SIGNED_IN
 */
export async function noteSecondFactor(tx: Tx, { siteId, userId, sessionId: id }: SignedIn): Promise<void> {
  const where = { siteId, id, userId, expiresAt: { gt: new Date() } };
  const { count } = await tx.session.updateMany({ where, data: { secondFactorAt: new Date() } });
  if (count === 0) throw signedOut();
  const data = { awaitsSecondFactor: false, expiresAt: endOfSession() };
  await tx.session.updateMany({ where: { ...where, awaitsSecondFactor: true }, data });
}

export type LiveSession = { user: SessionPrincipal; mustChangePassword: boolean };
type Row = Omit<SessionPrincipal, "kind"> & { mustChangePassword: boolean; isStale: boolean };

const FIND_BEGUN = `SELECT u."siteId", u."id" AS "userId", s."id" AS "sessionId", u."userName", u."displayName",
    u."isAdmin", u."mustChangePassword", s."secondFactorAt", s."lastSeenAt" < now() - interval '5 minutes' AS "isStale"
  FROM "Session" s JOIN "User" u ON u."siteId" = s."siteId" AND u."id" = s."userId"
  WHERE s."siteId" = $1 AND s."id" = $2 AND s."expiresAt" > now() AND u."disabledAt" IS NULL`;
const FIND = `${FIND_BEGUN} AND NOT s."awaitsSecondFactor"`;
const TOUCH = `UPDATE "Session" SET "lastSeenAt" = now() WHERE "siteId" = $1 AND "id" = $2`;

/** Who is behind a session id: one query, so that an ended session or a disabled person is out at once. */
export async function findSession(siteId: string, sessionId: string): Promise<LiveSession | null> {
  const row = await findRow({ name: "find-session", text: FIND }, siteId, sessionId);
  if (row?.isStale) await pool().query(TOUCH, [siteId, sessionId]);
  return row && toSession(row);
}

/** As `findSession`, also while the second factor is still to be shown: for what asks for it, and nothing else. */
export async function findBegunSession(siteId: string, sessionId: string): Promise<LiveSession | null> {
  const row = await findRow({ name: "begun-session", text: FIND_BEGUN }, siteId, sessionId);
  return row && toSession(row);
}

async function findRow(query: Omit<Statement, "values">, siteId: string, sessionId: string): Promise<Row | null> {
  if (!isId(sessionId)) return null;
  const { rows } = await pool().query<Row>({ ...query, values: [siteId, sessionId] });
  return rows[0] ?? null;
}

const toSession = ({ mustChangePassword, isStale: _, ...user }: Row): LiveSession => ({
  user: { kind: "user", ...user },
  mustChangePassword,
});

/** As `findSession`, for those who only ask whether it still lives. */
export async function principalOfSession(siteId: string, sessionId: string): Promise<SessionPrincipal | null> {
  return (await findSession(siteId, sessionId))?.user ?? null;
}

type SignIn = Pick<SessionPrincipal, "siteId" | "sessionId">;
type SignedIn = SignIn & Pick<SessionPrincipal, "userId">;

/**
 * Whether a sign-in still stands, while something that began under it goes on.
 *
 * @throws NOT_SIGNED_IN
 */
export async function requireSession({ siteId, sessionId }: SignIn): Promise<void> {
  const { rowCount } = await pool().query({ name: "find-session", text: FIND, values: [siteId, sessionId] });
  if (rowCount === 0) throw signedOut();
}

/** The same for a transaction: divides by zero unless the sign-in stands. */
export const sessionStands = ({ siteId, sessionId }: SignIn): Statement => ({
  name: "session-stands",
  text: `SELECT 1 / count(*) FROM (${FIND}) AS found`,
  values: [siteId, sessionId],
});

/**
 * The same within a transaction of the client, to be asked once that has locked what an end of the sign-in would write.
 *
 * @throws NOT_SIGNED_IN
 */
export async function requireSessionIn(tx: Tx, { siteId, sessionId: id }: SignIn): Promise<void> {
  const live = { siteId, id, awaitsSecondFactor: false, expiresAt: { gt: new Date() }, user: { disabledAt: null } };
  if ((await tx.session.count({ where: live })) === 0) throw signedOut();
}

/** 401 in the words that a person understands. */
export const signedOut = () => unauthenticated("NOT_SIGNED_IN", "You are signed out. Sign in again.");

/** Where this person is signed in, the most recently used first. */
export async function listSessions(user: SessionPrincipal): Promise<SessionView[]> {
  const { siteId, userId } = user;
  const where = { siteId, userId, awaitsSecondFactor: false, expiresAt: { gt: new Date() } };
  const rows = await db().session.findMany({ where, orderBy: { lastSeenAt: "desc" }, take: 100 });
  return rows.map(({ id, userAgent, address, createdAt, lastSeenAt }) => ({
    id,
    userAgent,
    address,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    isCurrent: id === user.sessionId,
  }));
}

type Which = { only: string } | { allBut: string } | "all";

/**
 * Ends sessions of a person in the caller's transaction. Live streams hear `account` when it commits and look
 * whether theirs still stands.
 */
export async function endSessions(tx: Tx, siteId: string, userId: string, which: Which): Promise<number> {
  const id = which === "all" ? undefined : "only" in which ? which.only : { not: which.allBut };
  const { count } = await tx.session.deleteMany({ where: { siteId, userId, id } });
  if (count > 0) await touchTopic(tx, siteId, [userId], "account");
  return count;
}

/** @throws SESSION_NOT_FOUND */
export async function endSession(user: UserPrincipal, sessionId: string): Promise<void> {
  const end = () => db().$transaction((tx) => endSessions(tx, user.siteId, user.userId, { only: sessionId }));
  if (!isId(sessionId) || (await end()) === 0) throw notFound("SESSION_NOT_FOUND", "This sign-in has ended already.");
}

/** Signs a person out everywhere, here included. */
export async function endAllSessions(user: UserPrincipal): Promise<void> {
  await db().$transaction((tx) => endSessions(tx, user.siteId, user.userId, "all"));
}

/** Removes sign-ins that have expired, those of programs that waited for one among them; they opened nothing any more. */
export async function sweepSessions(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    const where = { siteId, expiresAt: { lt: new Date() } };
    await db().session.deleteMany({ where });
    await db().deviceLogin.deleteMany({ where });
  }
}
