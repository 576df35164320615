import { db, isDuplicate, pool, type StatementTx } from "@/lib/core/db";
import { unauthenticated } from "@/lib/core/errors";
import { decryptSecret, encryptSecret, hashSecret } from "@/lib/core/secrets";
import { listSites } from "@/lib/sites/sites";

/** What names one signed request: `replayKey`, as `verifyRequest` made it. */
export type RequestIdentity = { siteId: string; provider: string; nonce: string | null; replayKey: string };

/** The answer that a request got. */
export type FirstAnswer = { status: number; body: unknown };

/** Handed to the handler of a signed request: writes down, in the transaction of its effect, what it was answered. */
export type RememberAnswer = (tx: StatementTx, answer: FirstAnswer) => Promise<void>;

const keyOf = ({ replayKey }: RequestIdentity) => hashSecret("replay", replayKey);

/** The answer that this request got before, or null. */
export async function findFirstAnswer(request: RequestIdentity): Promise<FirstAnswer | null> {
  const { rows } = await pool().query<{ status: number; answer: string }>(
    `SELECT status, answer FROM "SeenSignature" WHERE "siteId" = $1 AND provider = $2 AND key = $3`,
    [request.siteId, request.provider, keyOf(request)],
  );
  const [seen] = rows;
  return seen ? { status: seen.status, body: JSON.parse(decryptSecret("replay", seen.answer)) } : null;
}

/**
 * Writes the answer down. Of two equal requests at once only one commits.
 *
 * @throws SIGNATURE_REPLAYED (401)
 */
export async function rememberAnswer(tx: StatementTx, request: RequestIdentity, answer: FirstAnswer): Promise<void> {
  const { siteId, provider } = request;
  // Sealed: an answer may hold a name or an access token.
  const sealed = JSON.stringify(encryptSecret("replay", JSON.stringify(answer.body)));
  try {
    await tx.$executeRaw`
      INSERT INTO "SeenSignature" ("siteId", provider, key, status, answer)
      VALUES (${siteId}::uuid, ${provider}, ${keyOf(request)}, ${answer.status}, ${sealed}::jsonb)`;
  } catch (error) {
    throw isDuplicate(error) ? unauthenticated("SIGNATURE_REPLAYED", "This request was already made.") : error;
  }
}

/** Forgets what lies outside of every window in which a signature is believed. For the worker. */
export async function sweepSeenSignatures(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().seenSignature.deleteMany({ where: { siteId, seenAt: { lt: new Date(Date.now() - 3_600_000) } } });
  }
}
