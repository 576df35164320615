import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";

/** Something that happened to the shares of a node. */
export type ShareEvent = { at: Date; kind: "shared" | "accepted" | "declined" | "left" | "unshared"; who: string };

const MOST = 50;

/** With whom a node of a person was shared, how each answered, and when it ended; the latest shares first. */
export async function listShareEvents({ siteId, userId }: UserPrincipal, nodeId: string): Promise<ShareEvent[]> {
  const shares = await db().sentShare.findMany({
    where: { siteId, senderId: userId, nodeId },
    orderBy: { id: "desc" },
    take: MOST,
    select: { recipientName: true, createdAt: true, answer: true, isLeft: true, answeredAt: true, revokedAt: true },
  });
  return shares.flatMap(({ recipientName: who, createdAt, answer, isLeft, answeredAt, revokedAt }) => [
    { at: createdAt, kind: "shared" as const, who },
    ...(answeredAt && answer !== "pending"
      ? [{ at: answeredAt, kind: answer === "accepted" ? answer : isLeft ? ("left" as const) : answer, who }]
      : []),
    ...(revokedAt ? [{ at: revokedAt, kind: "unshared" as const, who }] : []),
  ]);
}
