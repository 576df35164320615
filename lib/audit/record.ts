import type { StatementTx, Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { AdminPrincipal } from "@/lib/core/principal";
import type { Heard } from "@/lib/core/proof";
import type { Prisma } from "@/prisma/generated/client";

export type AuditFact = {
  /** `user:<id>`, `provider:<host>`, `operator` or `system`. */
  actor: string;
  /** A past-tense fact in kebab-case: `person-disabled`. */
  action: string;
  subject: string;
  detail?: Prisma.InputJsonObject;
};

/** How whoever administers is written down. */
export const actorOf = (admin: AdminPrincipal): string =>
  admin.kind === "operator" ? "operator" : `user:${admin.userId}`;

/** Writes down what was done, in the transaction that does it. Put no secret in `detail`. */
export async function recordAudit(tx: Tx, siteId: string, fact: AuditFact): Promise<void> {
  await tx.auditEntry.create({ data: { siteId, ...fact } });
}

/**
 * What another cloud did by a message, in the transaction that does it, with how the message was believed. By a
 * statement, because every incoming share pays for it.
 */
export async function recordHeard(
  tx: StatementTx,
  siteId: string,
  { provider, proof }: Heard,
  { action, subject, detail }: Omit<AuditFact, "actor">,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "AuditEntry" ("siteId", id, actor, action, subject, detail)
    VALUES (${siteId}::uuid, ${newId()}::uuid, ${`provider:${provider}`}, ${action}, ${subject},
      ${JSON.stringify({ ...detail, ...proof })}::jsonb)`;
}
