import type { Tx } from "@/lib/core/db";
import { isId } from "@/lib/core/ids";
import { notify } from "@/lib/notices/notices";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import { calledSo } from "@/lib/sharing/sent/provider-id";
import type { ShareRequest } from "@/prisma/generated/client";

/** Who is asked, and who asks: a contact, or somebody of this site, where `provider` is empty. */
export type Asking = Pick<ShareRequest, "siteId" | "userId" | "contactId" | "colleagueId"> & {
  provider: string;
  name: string;
};

/**
 * Puts down that one of ours is asked for something, in words or by the name on the wire of a share with which more is to
 * be done, and tells the person. The same again, while nothing is answered, changes nothing: returned is whether it did.
 */
export async function recordRequest(tx: Tx, { provider, name, ...who }: Asking, share: string): Promise<boolean> {
  const { siteId, userId, contactId, colleagueId } = who;
  const isTheirs = contactId ? { contactId } : { recipientId: colleagueId };
  const where = {
    siteId,
    ...calledSo(share),
    senderId: userId,
    ...isTheirs,
    revokedAt: null,
    answer: { not: "declined" as const },
  };
  const known = isId(share) ? await tx.sentShare.findFirst({ where, include: { node: true } }) : null;
  const what = known?.node?.name ?? cleanDisplayName(share);
  const [request] = await tx.shareRequest.createManyAndReturn({
    data: [{ ...who, isOurs: false, share, what, sentShareId: known?.id ?? null }],
    skipDuplicates: true,
  });
  if (!request) return false;
  const about = { shareId: request.id, resource: what, name, provider, wantsToEdit: known !== null };
  await notify(tx, siteId, userId, "share-requested", about, ["shares-sent"]);
  return true;
}
