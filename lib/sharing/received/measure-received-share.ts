import { db } from "@/lib/core/db";
import { isAppError } from "@/lib/core/errors";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { FIRST_BYTE_MS, inTime } from "@/lib/sharing/received/remote/peer-folder";

/**
 * The job after a file was accepted: an offer does not tell how large it is, so its cloud is asked once. Whatever is in
 * the way is no failure; then it is seen when the file is first opened.
 */
export async function measureReceivedShare({ siteId, id }: { siteId: string; id: string }): Promise<void> {
  const share = await db().receivedShare.findFirst({ where: { siteId, id, state: "accepted" } });
  if (!share) return;
  try {
    const measure = async () => (await receivedTree({ siteId, userId: share.receiverId }, id)).stat([]);
    await inTime(share.provider, FIRST_BYTE_MS, measure());
  } catch (error) {
    if (!isAppError(error)) throw error;
  }
}
