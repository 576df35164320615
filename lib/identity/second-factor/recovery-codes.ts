import { randomInt } from "node:crypto";
import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import type { SessionPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import { touchTopic } from "@/lib/notices/live";
import { hasSecondFactor } from "./factors";
import { requirePassword } from "./prove-password";
import type { EnrolledView } from "./schema";

type Of = Pick<SessionPrincipal, "siteId" | "userId">;

const HOW_MANY = 10;
/** Nothing that is mistaken for something else on paper. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const HALF = 5;

const newHalf = () => Array.from({ length: HALF }, () => LETTERS[randomInt(LETTERS.length)]).join("");
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
    const subject = `user:${userId}`;
    await recordAudit(tx, siteId, { actor: subject, action: "recovery-codes-made", subject });
    await touchTopic(tx, siteId, [userId], "account");
    return { recoveryCodes };
  });
}

/** Makes recovery codes for somebody who has none. */
export async function makeFirstCodes(tx: Tx, user: Of): Promise<string[] | null> {
  const { siteId, userId } = user;
  return (await tx.recoveryCode.count({ where: { siteId, userId } })) > 0 ? null : makeCodes(tx, user);
}

async function makeCodes(tx: Tx, { siteId, userId }: Of): Promise<string[]> {
  const codes = Array.from({ length: HOW_MANY }, () => `${newHalf()}-${newHalf()}`);
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ siteId, userId, codeHash: hashOf(code) })) });
  return codes;
}

/** Whether this is a recovery code of the person; it is none afterwards. */
export async function spendRecoveryCode(tx: Tx, { siteId, userId }: Of, code: string): Promise<boolean> {
  const { count } = await tx.recoveryCode.deleteMany({ where: { siteId, userId, codeHash: hashOf(code) } });
  if (count === 0) return false;
  const subject = `user:${userId}`;
  await recordAudit(tx, siteId, { actor: subject, action: "recovery-code-used", subject });
  await touchTopic(tx, siteId, [userId], "account");
  return true;
}
