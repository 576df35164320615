import { Secret, TOTP } from "otpauth";
import { db, type Tx } from "@/lib/core/db";
import { conflict, invalid, notFound } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { recordOwnChange } from "@/lib/identity/record-own-change";
import { noteSecondFactor } from "@/lib/identity/sessions";
import { getSite } from "@/lib/sites/sites";
import { limitTries } from "./count-tries";
import { forgetIfNoneIsLeft } from "./factors";
import { requirePassword } from "./prove-password";
import { makeFirstCodes } from "./recovery-codes";
import type { AuthenticatorSecret, EnrolledView } from "./schema";

type Of = Pick<SessionPrincipal, "siteId" | "userId">;

/** What every app of this kind expects. @see RFC 6238 */
const KIND = { algorithm: "SHA1", digits: 6, period: 30 };
const PERIOD_MS = KIND.period * 1000;
/** The clock of a telephone may be so many steps off, either way. */
const WINDOW = 1;

/**
 * Makes the secret that an app and this cloud are to share. It counts from `confirmAuthenticator` on; until then, to
 * begin again makes another.
 *
 * @throws PASSWORD_WRONG, SECOND_FACTOR_REQUIRED, AUTHENTICATOR_EXISTS, TOO_MANY_REQUESTS
 */
export async function beginAuthenticator(
  user: SessionPrincipal,
  password: string | undefined,
): Promise<AuthenticatorSecret> {
  await requirePassword(user, password);
  const { siteId, userId, userName } = user;
  const secret = new Secret({ size: 20 });
  const secretEncrypted = encryptSecret("second-factor", secret.base32);
  await db().$transaction(async (tx) => {
    await tx.authenticator.deleteMany({ where: { siteId, userId, confirmedAt: null } });
    const { count } = await tx.authenticator.createMany({
      data: { siteId, userId, secretEncrypted },
      skipDuplicates: true,
    });
    if (count === 0)
      throw conflict("AUTHENTICATOR_EXISTS", "You have an app for codes. Remove it before you add another.");
  });
  const { name: issuer } = await getSite(siteId);
  return { uri: new TOTP({ ...KIND, issuer, label: userName, secret }).toString(), key: secret.base32 };
}

/**
 * The app has the secret, as a first code shows: from now on signing in asks for one. In this sign-in the second factor
 * was shown.
 *
 * @throws SECOND_FACTOR_WRONG, AUTHENTICATOR_NOT_BEGUN, TOO_MANY_REQUESTS
 */
export async function confirmAuthenticator(
  user: SessionPrincipal,
  code: string,
  address: string,
  now = Date.now(),
): Promise<EnrolledView> {
  const { siteId, userId } = user;
  const tries = await limitTries(user, address);
  const enrolled = await db().$transaction(async (tx) => {
    const begun = await tx.authenticator.findFirst({ where: { siteId, userId, confirmedAt: null } });
    if (!begun) throw conflict("AUTHENTICATOR_NOT_BEGUN", "This was not begun, or is done already. Begin again.");
    const step = stepOf(begun.secretEncrypted, code, now);
    if (step === null) throw wrongCode();
    const data = { confirmedAt: new Date(now), lastStep: step };
    const { count } = await tx.authenticator.updateMany({
      where: { siteId, userId, confirmedAt: null, secretEncrypted: begun.secretEncrypted },
      data,
    });
    if (count === 0) throw wrongCode();
    await noteSecondFactor(tx, user);
    await recordOwnChange(tx, user, "second-factor-added", { what: "authenticator" });
    return { recoveryCodes: await makeFirstCodes(tx, user) };
  });
  await tries.forget();
  return enrolled;
}

/** @throws PASSWORD_WRONG, SECOND_FACTOR_REQUIRED, AUTHENTICATOR_NOT_FOUND, TOO_MANY_REQUESTS */
export async function removeAuthenticator(user: SessionPrincipal, password: string | undefined): Promise<void> {
  await requirePassword(user, password);
  const { siteId, userId } = user;
  await db().$transaction(async (tx) => {
    const { count } = await tx.authenticator.deleteMany({ where: { siteId, userId } });
    if (count === 0) throw notFound("AUTHENTICATOR_NOT_FOUND", "It was removed already.");
    await recordOwnChange(tx, user, "second-factor-removed", { what: "authenticator" });
    await forgetIfNoneIsLeft(tx, user);
  });
}

/** Whether this is a code of the person's app that was not used before; it was used afterwards. */
export async function spendAuthenticatorCode(
  tx: Tx,
  { siteId, userId }: Of,
  code: string,
  now: number,
): Promise<boolean> {
  const where = { siteId, userId, confirmedAt: { not: null } };
  const app = await tx.authenticator.findFirst({ where });
  const step = app && stepOf(app.secretEncrypted, code, now);
  if (!step) return false;
  const { count } = await tx.authenticator.updateMany({
    where: { ...where, lastStep: { lt: step } },
    data: { lastStep: step },
  });
  return count === 1;
}

/** The time step of which this is the code. */
function stepOf(secretEncrypted: string, code: string, now: number): number | null {
  const secret = Secret.fromBase32(decryptSecret("second-factor", secretEncrypted));
  const token = code.normalize("NFKC").replace(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return null; // the library compares bytes, and counts letters
  const delta = new TOTP({ ...KIND, secret }).validate({ token, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / PERIOD_MS) + delta;
}

/** Says nothing of what kind the right one would be. */
export function wrongCode() {
  const message = "This code is not right, or was used before. Take the next one.";
  return invalid("SECOND_FACTOR_WRONG", message, { fields: [{ name: "code", message }] });
}
