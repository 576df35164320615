import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { generateSigningKey, privateJwk, privateKeyOfJwk, publicJwk, thumbprint } from "@/lib/protocol/httpsig/jwk";
import { MOST_CLOUDS, signDirectory } from "@/lib/protocol/ocm/directory";
import { getSite, type Site } from "@/lib/sites/sites";
import { originOfProvider } from "@/lib/trust/guarded-client";
import { countsUntil } from "@/lib/trust/internal/vouched";
import { knownDocument } from "@/lib/trust/provider-record";
import type { OwnDirectoryView, PublishDirectoryInput } from "@/lib/trust/schema";
import type { OwnDirectory } from "@/prisma/generated/client";

/** Where a site publishes its own directory. */
export const OWN_DIRECTORY_PATH = "/ocm/directory";

/** The list that this site publishes, or could: where it is, and the key that others need. */
export async function getOwnDirectory({ siteId }: UserPrincipal): Promise<OwnDirectoryView> {
  const { origin, name } = await getSite(siteId);
  const row = await db().ownDirectory.findUnique({ where: { siteId } });
  return {
    federation: row?.federation ?? name,
    isPublished: row?.isPublished ?? false,
    url: `${origin}${OWN_DIRECTORY_PATH}`,
    key: row ? JSON.stringify(keyOf(row).public) : null,
  };
}

/** Publishes the list of the clouds that the administrators trust under a name, or withdraws it. Its key stays. */
export async function publishDirectory(user: UserPrincipal, input: PublishDirectoryInput): Promise<OwnDirectoryView> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const where = { siteId };
    await tx.ownDirectory.upsert({ where, create: { siteId, ...input, ...newKey() }, update: input });
    await record(tx, user, input.isPublished ? "own-directory-published" : "own-directory-withdrawn", input);
  });
  return getOwnDirectory(user);
}

/**
 * Signs the list with a new key from now on: whoever follows it must be given that one.
 *
 * @throws DIRECTORY_NOT_PUBLISHED
 */
export async function changeDirectoryKey(user: UserPrincipal): Promise<OwnDirectoryView> {
  const { siteId } = user;
  await db().$transaction(async (tx) => {
    const { count } = await tx.ownDirectory.updateMany({ where: { siteId }, data: newKey() });
    if (count === 0) throw notPublished();
    await record(tx, user, "own-directory-key-changed");
  });
  return getOwnDirectory(user);
}

/**
 * The signed list of this site itself and the clouds that its administrators trust. What they have only from another
 * directory is not in it: whoever wants that follows that one.
 *
 * @throws DIRECTORY_NOT_PUBLISHED
 */
export async function signOwnDirectory({ id: siteId, origin, name }: Site): Promise<string> {
  const row = await db().ownDirectory.findUnique({ where: { siteId } });
  if (!row?.isPublished) throw notPublished();
  const listed = await db().provider.findMany({
    where: { siteId, standing: "listed" },
    orderBy: { provider: "asc" },
    take: MOST_CLOUDS - 1, // the first is this one
  });
  const others = listed.map((cloud) => ({
    url: originOfProvider(cloud.provider),
    displayName: knownDocument(cloud)?.name || cloud.provider,
  }));
  const servers = [{ url: origin, displayName: name }, ...others];
  const { privateKey, public: jwk } = keyOf(row);
  const issuedAt = new Date();
  const expiresAt = countsUntil(issuedAt);
  return signDirectory({ federation: row.federation, servers }, { privateKey, kid: jwk.kid, issuedAt, expiresAt });
}

const newKey = () => ({
  privateKeyEncrypted: encryptSecret("directory-key", JSON.stringify(privateJwk(generateSigningKey()))),
});

function keyOf({ privateKeyEncrypted }: OwnDirectory) {
  const privateKey = privateKeyOfJwk(JSON.parse(decryptSecret("directory-key", privateKeyEncrypted)));
  const jwk = publicJwk(privateKey, "");
  // The name under which JWS knows these signatures.
  return { privateKey, public: { ...jwk, kid: thumbprint(jwk), alg: "EdDSA" } };
}

async function record(tx: Tx, { siteId, userId }: UserPrincipal, action: string, detail: object = {}): Promise<void> {
  await recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject: `site:${siteId}`, detail: { ...detail } });
}

const notPublished = () => notFound("DIRECTORY_NOT_PUBLISHED", "This cloud publishes no directory.");
