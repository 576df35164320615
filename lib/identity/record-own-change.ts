import { recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { touchTopic } from "@/lib/notices/live";
import type { Prisma } from "@/prisma/generated/client";

/** Writes down what a person did to the own account; open pages look anew when it is committed. Put no secret in `detail`. */
export async function recordOwnChange(
  tx: Tx,
  { siteId, userId }: Pick<UserPrincipal, "siteId" | "userId">,
  action: string,
  detail?: Prisma.InputJsonObject,
): Promise<void> {
  const person = `user:${userId}`;
  await recordAudit(tx, siteId, { actor: person, action, subject: person, detail });
  await touchTopic(tx, siteId, [userId], "account");
}
