import type { Tx } from "@/lib/core/db";
import type { PeerAnswer } from "@/lib/delivery/call-provider";
import type { Description } from "@/lib/delivery/deliver";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { ShareCreationResponse } from "@/lib/protocol/ocm/wire";
import { tellBranchAnswer, tellBranchOffered } from "@/lib/sharing/sent/tell-branch-answer";
import type { Prisma } from "@/prisma/generated/client";

/** What a described share is read with. */
export const withParties = { node: true, sender: true, contact: true } as const;
export type Described = Prisma.SentShareGetPayload<{ include: typeof withParties }>;

/**
 * What is written down, and whom it is told, once the peer has heard of a share or could not be told. What is noted is
 * what was said, not what the share has become meanwhile, and only while it goes by the name under which it was said.
 */
export function withOutcome(told: Described): Pick<Description, "onDelivered" | "onFailed"> {
  const { siteId, id, senderId, offeredAs } = told;
  return {
    async onDelivered(tx, answer) {
      await tx.sentShare.updateMany({
        where: { siteId, id, offeredAs },
        data: {
          toldRole: told.role,
          toldExpiresAt: told.expiresAt,
          ...nameFrom(told, answer),
          ...(told.revokedAt && { secretEncrypted: null }), // nothing is left to tell
        },
      });
      if (told.reshareOfId && !told.toldRole) await tellBranchOffered(tx, told);
      await touchTopic(tx, siteId, [senderId], "shares-sent");
    },
    async onFailed(tx, { sentence: reason, hasGivenUp }) {
      if (hasGivenUp) await tellSender(tx, told, reason);
      await touchTopic(tx, siteId, [senderId], "shares-sent");
    },
  };
}

/** Whoever was addressed by a typed address gets the name that his cloud tells. */
function nameFrom({ recipientName, shareWith }: Described, { json }: PeerAnswer) {
  const told = ShareCreationResponse.safeParse(json).data?.recipientDisplayName;
  return recipientName === shareWith && told ? { recipientName: told } : {};
}

async function tellSender(tx: Tx, told: Described, reason: string): Promise<void> {
  const { siteId, id, senderId, node, recipientName, provider, toldRole, answer, revokedAt } = told;
  const about = { shareId: id, resource: node?.name ?? "", name: recipientName, provider, reason };
  if (!toldRole && answer === "pending") {
    await tellBranchAnswer(tx, told, "unreached");
    return notify(tx, siteId, senderId, "share-failed", about);
  }
  await notify(tx, siteId, senderId, "share-untold", { ...about, what: revokedAt ? "ended" : "changed" });
}
