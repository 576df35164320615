import { pool, type Statement } from "@/lib/core/db";
import { unauthenticated } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { AppPrincipal } from "@/lib/core/principal";
import { limitOften, requireBelow } from "@/lib/limits/limit-often";
import { networkOf } from "@/lib/limits/network";
import { hashAppPassword } from "./app-passwords";
import { foldMail } from "./users";

/** What a program sends: an app password, and with Basic also whose it is. */
export type AppCredentials = { login: string | null; password: string; address: string };

/** Wrong ones in a minute: of one address, and for one account from one address. */
const OF_ADDRESS = 60;
const OF_ACCOUNT = 20;

type Row = Omit<AppPrincipal, "kind"> & { mail: string | null; isStale: boolean };

const isStale = (app: string) => `coalesce(${app}."lastUsedAt" < now() - interval '5 minutes', true)`;

/** It rests while a first password of its owner waits to be replaced. */
const APP = `SELECT u."siteId", u."id" AS "userId", a."id" AS "appPasswordId", a."scopes", u."userName", u."mail",
    u."displayName", false AS "isAdmin",
    ${isStale("a")} AS "isStale"
  FROM "AppPassword" a JOIN "User" u ON u."siteId" = a."siteId" AND u."id" = a."userId"
  WHERE a."siteId" = $1 AND (a."expiresAt" IS NULL OR a."expiresAt" > now())
    AND u."disabledAt" IS NULL AND NOT u."mustChangePassword"`;
const BY_HASH = `${APP} AND a."secretHash" = $2`;
const BY_ID = `${APP} AND a."id" = $2`;
/** Of many requests at once the first writes. */
const TOUCH = `UPDATE "AppPassword" a SET "lastUsedAt" = now() WHERE "siteId" = $1 AND "id" = $2 AND ${isStale("a")}`;

/**
 * For whom a program acts that sends this app password. Whatever is amiss, the answer is the same; wrong ones are
 * limited per address, and more strictly per account from one address.
 *
 * @throws APP_PASSWORD_WRONG, TOO_MANY_REQUESTS
 */
export async function signInApp(siteId: string, credentials: AppCredentials): Promise<AppPrincipal> {
  const { login, password, address } = credentials;
  const key = `app-password:address:${networkOf(address)}`;
  const limits = [{ siteId, key, max: OF_ADDRESS }];
  if (login !== null) limits.push({ siteId, key: `${key}:account:${foldMail(login).slice(0, 254)}`, max: OF_ACCOUNT });
  for (const one of limits) requireBelow(one);

  const row = await findRow(siteId, password);
  if (!row || (login !== null && ![row.userName, row.mail].includes(foldMail(login)))) {
    logger("identity").info({ siteId, address }, "app password refused");
    for (const one of limits) limitOften(one);
    throw wrongAppPassword();
  }
  const { mail, isStale, ...person } = row;
  if (isStale) await pool().query(TOUCH, [siteId, person.appPasswordId]);
  return { kind: "user", ...person };
}

async function findRow(siteId: string, password: string): Promise<Row | undefined> {
  const hash = hashAppPassword(password);
  if (!hash) return undefined;
  return (await pool().query<Row>({ name: "find-app", text: BY_HASH, values: [siteId, hash] })).rows[0];
}

type Held = Pick<AppPrincipal, "siteId" | "appPasswordId">;

/**
 * Whether an app password still stands, while something that began with it goes on.
 *
 * @throws APP_PASSWORD_WRONG
 */
export async function requireApp({ siteId, appPasswordId }: Held): Promise<void> {
  const { rowCount } = await pool().query({ name: "app-by-id", text: BY_ID, values: [siteId, appPasswordId] });
  if (rowCount === 0) throw wrongAppPassword();
}

/** The same for a transaction: divides by zero unless it stands. */
export const appStands = ({ siteId, appPasswordId }: Held): Statement => ({
  name: "app-stands",
  text: `SELECT 1 / count(*) FROM (${BY_ID}) AS found`,
  values: [siteId, appPasswordId],
});

/** 401 for a program, and for the person who set it up. */
export const wrongAppPassword = () =>
  unauthenticated(
    "APP_PASSWORD_WRONG",
    "This is no user name with an app password of this cloud. Make one in Settings.",
  );
