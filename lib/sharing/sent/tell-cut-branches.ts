import { db, type Tx } from "@/lib/core/db";
import type { Describer } from "@/lib/delivery/deliver";
import { describeNotification } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { hearReshareCut } from "@/lib/sharing/received/reshare-cut";
import { describeAsked } from "@/lib/sharing/sent/asked-branches";
import { providerIdOf } from "@/lib/sharing/sent/provider-id";
import type { SentShare } from "@/prisma/generated/client";

/** Whoever had these shares made hears, in the transaction that ends them for the owner, that they have ended. */
export async function tellCutBranches(tx: Tx, ended: SentShare[]): Promise<void> {
  for (const { siteId, id, reshareOfId, shareWith, resharedTo } of ended) {
    const parent =
      reshareOfId && (await tx.sentShare.findFirst({ where: { siteId, id: reshareOfId, revokedAt: null } }));
    if (!parent) continue; // with that share all of it ends, and one is told of that
    const { provider } = parent;
    if (provider) await wantDelivered(tx, { siteId, provider, subjectKind: "reshare-cut", subjectId: id });
    else await hearReshareCut(tx, { siteId, provider, providerId: parent.id, proof: null }, resharedTo ?? shareWith);
  }
}

/** What the cloud should hear of a branch whose receiver is there: that its owner has cut it. */
export const describeReshareCut: Describer = async (siteId, id) => {
  const reshareOf = { include: { node: { select: { kind: true } } } };
  const branch = await db().sentShare.findUnique({ where: { siteId_id: { siteId, id } }, include: { reshareOf } });
  const parent = branch?.reshareOf;
  if (!branch?.revokedAt || !parent?.provider || parent.revokedAt || parent.answer === "declined") return null;
  if (branch.askedAs !== null) return describeAsked(branch, "RESHARE_UNDO");
  const { shareWith: grantee, secretEncrypted, node } = parent;
  const resourceType = node?.kind ?? "file";
  const known = { siteId, resourceType, providerId: providerIdOf(parent), grantee, secretEncrypted };
  return describeNotification(known, "RESHARE_UNDO", { shareWith: branch.resharedTo ?? branch.shareWith });
};
