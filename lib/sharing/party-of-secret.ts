import { db, pool } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { decryptSecret, hashSecret } from "@/lib/core/secrets";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { ownerOfToken } from "@/lib/sharing/received/hear-asked";
import { askerOfToken } from "@/lib/sharing/sent/asked-branches";
import { providerIdOf } from "@/lib/sharing/sent/provider-id";

/** Clouds that call a share of theirs the same: many count from one, and whoever writes unsigned may name any id. */
const MOST_OF_AN_ID = 50;

type Received = { provider: string; secretEncrypted: string };
/** Those of a group have a row for each member, with one secret. */
const RECEIVED = `
  SELECT DISTINCT ON (provider) provider, "secretEncrypted" FROM "ReceivedShare"
   WHERE "siteId" = $1 AND "providerId" = $2 AND provider <> '' AND "secretEncrypted" IS NOT NULL
   ORDER BY provider LIMIT ${MOST_OF_AN_ID}`;

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
  const sent = await db().sentShare.findFirst({ where: { siteId, secretHash } });
  if (sent) return providerIdOf(sent) === providerId ? sent.provider : null;
  const asked = isId(providerId)
    ? ((await askerOfToken(siteId, providerId, secret)) ?? (await ownerOfToken(siteId, providerId, secret)))
    : null;
  if (asked !== null) return asked;
  // Whether that cloud may write unsigned is judged next.
  const { rows: received } = await pool().query<Received>(RECEIVED, [siteId, providerId]);
  const isIt = ({ secretEncrypted }: Received) =>
    hashSecret("share-secret", decryptSecret("share-secret", secretEncrypted)) === secretHash;
  return received.find(isIt)?.provider ?? null;
}
