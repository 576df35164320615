import { db } from "@/lib/core/db";
import { removeMount } from "@/lib/files/mounts";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { isMounted } from "@/lib/sharing/received/change-received-share";
import { aboutReceived } from "@/lib/sharing/received/offer";

/**
 * The job of that time. Only tidies up: that an expired share opens nothing is decided wherever it is used.
 * Does nothing if the sender has given it more time.
 */
export async function expireReceivedShare({ siteId, id }: { siteId: string; id: string }): Promise<void> {
  await db().$transaction(async (tx) => {
    const expired = { siteId, id, expiresAt: { lte: new Date() } };
    const share = await tx.receivedShare.findFirst({ where: { ...expired, state: { in: ["pending", "accepted"] } } });
    if (!share) return;
    if (!(await isMounted(tx, share))) return touchTopic(tx, siteId, [share.receiverId], "shares-received");
    await removeMount(tx, siteId, id);
    await notify(tx, siteId, share.receiverId, "share-expired", aboutReceived(share), ["shares-received", "files"]);
  });
}
