import type { Tx } from "@/lib/core/db";
import type { AdminPrincipal } from "@/lib/core/principal";
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
