import type { Tx } from "@/lib/core/db";
import { encryptSecret } from "@/lib/core/secrets";
import type { PeerAnswer } from "@/lib/delivery/call-provider";
import type { Description } from "@/lib/delivery/deliver";
import { NOT_NOW } from "@/lib/delivery/notification";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { ShareAcceptance } from "@/lib/protocol/ocm/wire";
import { endReceivedShare, forgetSecret } from "@/lib/sharing/received/end-received-share";
import { aboutReceived } from "@/lib/sharing/received/offer";
import { roleOf } from "@/lib/sharing/received/receive-share";
import type { ReceivedShare } from "@/prisma/generated/client";

/** Whoever accepted it before is given again what opens it: the first answer was lost, perhaps. */
const ACCEPTED_BEFORE = [409];
/** There is nothing any more that could be refused. */
const OVER = [404, 410];

/**
 * What the Sending Server should hear of an invitation to a share that was answered. An acceptance is answered with what
 * opens the share.
 *
 * @see FEDERATION.md, "Invitations to a share"
 */
export function describeReply(share: ReceivedShare): Description | null {
  const { siteId, receiverId, providerId, shareWith, state, secretEncrypted } = share;
  const at = `/shares/${encodeURIComponent(providerId)}`;
  const topic = (tx: Tx) => touchTopic(tx, siteId, [receiverId], "shares-received");
  if (state !== "accepted") {
    const call = { to: `${at}/reject`, json: { shareWith } };
    const onDelivered = async (tx: Tx) => {
      await forgetSecret(tx, share);
      await topic(tx);
    };
    return { call, alsoDone: OVER, notYet: NOT_NOW, onDelivered, onFailed: topic };
  }
  if (secretEncrypted) return null;
  return {
    call: { to: `${at}/accept`, json: { shareWith } },
    alsoDone: ACCEPTED_BEFORE,
    notYet: NOT_NOW,
    onDelivered: (tx, answer) => takeOver(tx, share, answer),
    async onFailed(tx, { sentence, hasGivenUp }) {
      if (hasGivenUp) await giveUp(tx, share, sentence);
      await topic(tx);
    },
  };
}

async function takeOver(tx: Tx, share: ReceivedShare, { json }: PeerAnswer): Promise<void> {
  const brought = ShareAcceptance.safeParse(json).data?.share.protocol.webdav;
  if (!brought) return giveUp(tx, share, "The other cloud did not say how it is opened.");
  const { siteId, id, receiverId, role, canReshare } = share;
  const { uri: webdavUri, sharedSecret, permissions, requirements } = brought;
  const where = { siteId, id, state: "accepted" as const };
  const secretEncrypted = encryptSecret("share-secret", sharedSecret);
  await tx.receivedShare.updateMany({ where, data: { webdavUri, requirements, secretEncrypted } });
  // Unless it was changed while this answer was on its way.
  await tx.receivedShare.updateMany({
    where: { ...where, role, canReshare },
    data: { role: roleOf(permissions), canReshare: permissions.includes("share") },
  });
  await touchTopic(tx, siteId, [receiverId], "shares-received");
  await touchTopic(tx, siteId, [receiverId], "files");
}

/** It will never open: it has expired, say, or its sender took it back meanwhile. */
async function giveUp(tx: Tx, share: ReceivedShare, reason: string): Promise<void> {
  const { siteId, receiverId } = share;
  await notify(tx, siteId, receiverId, "share-untold", { ...aboutReceived(share), what: "accepted", reason });
  await endReceivedShare(tx, { ...share, proof: null });
}
