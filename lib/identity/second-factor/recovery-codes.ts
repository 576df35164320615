import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { hashSecret, randomLetters } from "@/lib/core/secrets";
import { recordOwnChange } from "@/lib/identity/record-own-change";
import { hasSecondFactor } from "./factors";
import { requirePassword } from "./prove-password";
import type { EnrolledView } from "./schema";

type Of = Pick<SessionPrincipal, "siteId" | "userId">;

const HOW_MANY = 10;
const HALF = 5;

/** However it is typed. */
const hashOf = (code: string) => hashSecret("recovery-code", code.toLowerCase().replace(/[^a-z0-9]/g, ""));

/**
 * Makes recovery codes anew; the ones of before count no more.
 *
 * @throws PASSWORD_WRONG, SECOND_FACTOR_REQUIRED, NO_SECOND_FACTOR, TOO_MANY_REQUESTS
 */
export async function renewRecoveryCodes(user: SessionPrincipal, password: string | undefined): Promise<EnrolledView> {
  await requirePassword(user, password);
  const { siteId, userId } = user;
  if (!(await hasSecondFactor(siteId, userId))) {
    throw conflict("NO_SECOND_FACTOR", "There is no second factor any more that these codes could stand for.");
  }
  return db().$transaction(async (tx) => {
    await tx.recoveryCode.deleteMany({ where: { siteId, userId } });
    const recoveryCodes = await makeCodes(tx, user);
    await recordOwnChange(tx, user, "recovery-codes-made");
    return { recoveryCodes };
  });
}

/** Makes recovery codes for somebody who has none. */
export async function makeFirstCodes(tx: Tx, user: Of): Promise<string[] | null> {
  const { siteId, userId } = user;
  return (await tx.recoveryCode.count({ where: { siteId, userId } })) > 0 ? null : makeCodes(tx, user);
}

async function makeCodes(tx: Tx, { siteId, userId }: Of): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, () => `${randomLetters(HALF)}-${randomLetters(HALF)}`);
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ siteId, userId, codeHash: hashOf(code) })) });
  return codes;
}

/** Whether this is a recovery code of the person; it is none afterwards. */
export async function spendRecoveryCode(tx: Tx, user: Of, code: string): Promise<boolean> {
  const { siteId, userId } = user;
  const { count } = await tx.recoveryCode.deleteMany({ where: { siteId, userId, codeHash: hashOf(code) } });
  if (count === 0) return false;
  await recordOwnChange(tx, user, "recovery-code-used");
  return true;
}
