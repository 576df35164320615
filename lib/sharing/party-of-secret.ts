import { db } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { decryptSecret, hashSecret } from "@/lib/core/secrets";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { ownerOfToken } from "@/lib/sharing/received/hear-asked";
import { askerOfToken } from "@/lib/sharing/sent/asked-branches";

/**
 * The other party of the share, or of what was shared on, whose secret an unsigned notification names: nothing else says
 * who writes.
 *
 * @throws SHARE_UNKNOWN (400)
 */
export async function partyOfSecret(siteId: string, { providerId, notification }: OcmNotification): Promise<string> {
  const secret = notification?.sharedSecret;
  const party = typeof secret === "string" ? await findParty(siteId, providerId, secret) : null;
  if (party === null) throw invalid("SHARE_UNKNOWN", "No such share is known between these clouds.");
  return party;
}

async function findParty(siteId: string, providerId: string, secret: string): Promise<string | null> {
  const secretHash = hashSecret("share-secret", secret);
  const sent = await db().sentShare.findFirst({ where: { siteId, secretHash }, select: { id: true, provider: true } });
  if (sent) return sent.id === providerId ? sent.provider : null;
  const asked = isId(providerId)
    ? ((await askerOfToken(siteId, providerId, secret)) ?? (await ownerOfToken(siteId, providerId, secret)))
    : null;
  if (asked !== null) return asked;
  // Whether that cloud may write unsigned is judged next.
  const received = await db().receivedShare.findMany({
    where: { siteId, provider: { not: "" }, providerId, secretEncrypted: { not: null } },
    select: { provider: true, secretEncrypted: true },
  });
  const isIt = ({ secretEncrypted }: (typeof received)[number]) =>
    secretEncrypted !== null &&
    hashSecret("share-secret", decryptSecret("share-secret", secretEncrypted)) === secretHash;
  return received.find(isIt)?.provider ?? null;
}
