import { db } from "@/lib/core/db";
import { invalid, notFound } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { hashSecret, randomLetters } from "@/lib/core/secrets";
import { networkOf } from "@/lib/limits/network";
import type { Site } from "@/lib/sites/sites";
import type { DeviceLogin } from "@/prisma/generated/client";
import { addAppPassword, hashAppPassword, newAppPassword } from "./app-passwords";
import { type BeginDeviceLoginInput, type BegunDeviceLogin, DeviceLoginView, GrantedDeviceLogin } from "./schema";

// A program is let in by its person with a browser, anywhere: RFC 8628 in the words of our API. What the program waits
// with becomes its app password, so that nothing secret has to be kept until it is fetched.

const LIFETIME_SECONDS = 600;
const INTERVAL_SECONDS = 3;
/** What is added each time that a program does not wait. @see RFC 8628, 3.5 */
const SLOWER_SECONDS = 5;
/** In two groups; 39 random bits, which nobody guesses in ten minutes at twenty tries. */
const CODE_LENGTH = 8;
const LONGEST_NAME = 60;
/** So long after a yes the program may come for it. */
const HEARD_WITHIN_MS = 5 * 60_000;

const hashCode = (typed: string) => hashSecret("device-code", typed.toLowerCase().replace(/[^a-z0-9]/g, ""));

/** Begins the wait of a program. Both codes can be read from this answer only. @see RFC 8628, 3.2 */
export async function beginDeviceLogin(
  site: Site,
  asked: BeginDeviceLoginInput,
  address: string,
): Promise<BegunDeviceLogin> {
  const deviceCode = newAppPassword();
  const letters = randomLetters(CODE_LENGTH).toUpperCase();
  const userCode = `${letters.slice(0, CODE_LENGTH / 2)}-${letters.slice(CODE_LENGTH / 2)}`;
  await db().deviceLogin.create({
    data: {
      ...asked,
      siteId: site.id,
      address,
      secretHash: hashSecret("app-password", deviceCode),
      codeHash: hashCode(userCode),
      interval: INTERVAL_SECONDS,
      expiresAt: new Date(Date.now() + LIFETIME_SECONDS * 1000),
    },
  });
  const verificationUri = `${site.origin}/device`;
  return { deviceCode, userCode, verificationUri, expiresIn: LIFETIME_SECONDS, interval: INTERVAL_SECONDS };
}

/**
 * How the wait of a program stands; with a yes, for whom it acts from now on. The same answer again for whoever missed it.
 *
 * @throws AUTHORIZATION_PENDING, SLOW_DOWN, ACCESS_DENIED, EXPIRED_TOKEN
 * @see RFC 8628, 3.5
 */
export async function pollDeviceLogin(siteId: string, deviceCode: string): Promise<GrantedDeviceLogin> {
  const secretHash = hashAppPassword(deviceCode);
  const login = await db().deviceLogin.findFirst({
    where: { siteId, secretHash: secretHash ?? "", expiresAt: { gt: new Date() } },
    include: { appPassword: { include: { user: true } } },
  });
  if (!login) throw expired();
  if (login.deniedAt) throw invalid("ACCESS_DENIED", "The answer in the browser was no.");
  if (!login.appPassword) return waitOn(login);
  return GrantedDeviceLogin.parse({ userName: login.appPassword.user.userName, scopes: login.scopes });
}

/** Counts a question of who has to wait. Of two at once the second is one too many. */
async function waitOn({ siteId, id, interval }: DeviceLogin): Promise<never> {
  const before = new Date(Date.now() - interval * 1000);
  const { count } = await db().deviceLogin.updateMany({
    where: { siteId, id, OR: [{ askedAt: null }, { askedAt: { lte: before } }] },
    data: { askedAt: new Date() },
  });
  if (count > 0) throw invalid("AUTHORIZATION_PENDING", "Nobody has answered in the browser yet.");
  await db().deviceLogin.updateMany({ where: { siteId, id }, data: { interval: { increment: SLOWER_SECONDS } } });
  throw invalid("SLOW_DOWN", `Wait ${SLOWER_SECONDS} seconds longer before you ask again.`);
}

const waiting = (siteId: string, userCode: string) => ({
  siteId,
  codeHash: hashCode(userCode),
  expiresAt: { gt: new Date() },
});

/**
 * Which program waits under a code; `address` is from where the person looks.
 *
 * @throws DEVICE_CODE_UNKNOWN
 */
export async function lookAtDeviceLogin(siteId: string, userCode: string, address: string): Promise<DeviceLoginView> {
  const login = await db().deviceLogin.findFirst({ where: waiting(siteId, userCode) });
  if (!login) throw unknownCode();
  const isNear = networkOf(login.address) === networkOf(address);
  return DeviceLoginView.parse({ ...login, isNear, createdAt: login.createdAt.toISOString() });
}

/**
 * Lets the program in that waits under a code: it has an app password of this person from now on. The code is used up.
 * That it is this person must have been shown before, as for any app password.
 *
 * @throws DEVICE_CODE_UNKNOWN, NOT_SIGNED_IN, TOO_MANY_APP_PASSWORDS
 */
export async function allowDeviceLogin(user: SessionPrincipal, userCode: string): Promise<void> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const data = { codeHash: null };
    const [login] = await tx.deviceLogin.updateManyAndReturn({ where: waiting(siteId, userCode), data });
    if (!login) throw unknownCode();
    const { id, program, host, scopes, secretHash } = login;
    const name = (host ? `${program} on ${host}` : program).slice(0, LONGEST_NAME);
    const appPassword = await addAppPassword(tx, user, { name, scopes, secretHash, expiresAt: null });
    // The program asks now and then: a yes of the last second is heard too.
    const expiresAt = new Date(Date.now() + HEARD_WITHIN_MS);
    await tx.deviceLogin.updateMany({ where: { siteId, id }, data: { appPasswordId: appPassword.id, expiresAt } });
  });
}

/**
 * Tells the program that waits under a code that the answer is no. The code is used up.
 *
 * @throws DEVICE_CODE_UNKNOWN
 */
export async function denyDeviceLogin({ siteId }: SessionPrincipal, userCode: string): Promise<void> {
  const data = { codeHash: null, deniedAt: new Date() };
  const { count } = await db().deviceLogin.updateMany({ where: waiting(siteId, userCode), data });
  if (count === 0) throw unknownCode();
}

const expired = () => invalid("EXPIRED_TOKEN", "The time for an answer is over. Begin anew.");

function unknownCode() {
  const message = "No program waits under this code. Codes end after ten minutes, and when they were answered.";
  return notFound("DEVICE_CODE_UNKNOWN", message, { fields: [{ name: "userCode", message }] });
}
