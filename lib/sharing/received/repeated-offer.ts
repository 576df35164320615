import type { Tx } from "@/lib/core/db";
import type { Proof } from "@/lib/core/proof";
import { changeReceivedShare } from "@/lib/sharing/received/change-received-share";
import type { Offer } from "@/lib/sharing/received/offer";
import type { ReceivedShare } from "@/prisma/generated/client";

type Said = Pick<Offer, "role" | "canReshare" | "expiresAt" | "webdavUri" | "requirements"> & { proof: Proof };

/** Our first answer may have been lost, so the sender says an offer again, as it is by now. */
export async function takeRepeated(tx: Tx, known: ReceivedShare, said: Said): Promise<void> {
  const { siteId, provider, providerId } = known;
  const { role, canReshare, expiresAt, webdavUri, requirements, proof } = said;
  await tx.receivedShare.updateMany({ where: { siteId, provider, providerId }, data: { requirements } });
  // An older cloud does not tell what it grants.
  const granted = webdavUri === "" ? known : { role, canReshare };
  const terms = { role: granted.role, canReshare: granted.canReshare, expiresAt };
  await changeReceivedShare(tx, { siteId, provider, providerId, proof }, terms);
}
