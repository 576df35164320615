import { randomBytes } from "node:crypto";
import { db, type Tx } from "@/lib/core/db";
import { decryptSecret, encryptSecret, hashSecret, isSameHash } from "@/lib/core/secrets";
import type { Description } from "@/lib/delivery/deliver";
import { describeNotification } from "@/lib/delivery/notification";
import type { SentShare } from "@/prisma/generated/client";

// Older clouds ask for a branch under an id of their own, and want a token for it: with both they name it from then on, and
// are told of it. That token is not the secret of the share, and opens nothing.

/** What a cloud is answered that asked for a branch under its own id; the token under the names of both who ask so. */
export type AskedBranch = { providerId: string; token: string; sharedSecret: string };

/** Gives a branch the name under which it was asked for. The same asker gets the same token again. */
export async function nameAsked(tx: Tx, branch: SentShare, askedAs: string): Promise<AskedBranch> {
  const { siteId, id, tokenEncrypted } = branch;
  const known = branch.askedAs === askedAs && tokenEncrypted;
  // Some keep no more than 32 characters of it.
  const token = known ? decryptSecret("branch", known) : randomBytes(24).toString("base64url");
  const data = { askedAs, tokenEncrypted: known || encryptSecret("branch", token) };
  await tx.sentShare.update({ where: { siteId_id: { siteId, id } }, data });
  return { providerId: id, token, sharedSecret: token };
}

/** Whether this is the token under which a branch is known at the cloud that asked for it. */
export function isAskedToken({ tokenEncrypted }: Pick<SentShare, "tokenEncrypted">, said: string): boolean {
  if (tokenEncrypted === null) return false;
  return isSameHash(hashSecret("branch", decryptSecret("branch", tokenEncrypted)), hashSecret("branch", said));
}

/** The cloud that asked for a branch, by the token that it was given; null if that is another. */
export async function askerOfToken(siteId: string, id: string, token: string): Promise<string | null> {
  const where = { siteId, id, reshareOfId: { not: null } };
  const include = { reshareOf: { select: { provider: true } } };
  const branch = await db().sentShare.findFirst({ where, include });
  return branch && isAskedToken(branch, token) ? (branch.reshareOf?.provider ?? null) : null;
}

type Named = Pick<SentShare, "siteId" | "shareWith" | "resharedTo" | "askedAs" | "tokenEncrypted">;

/**
 * What such a cloud is told of a branch; null of one that was asked for by its share alone. Whoever has it is called as
 * that cloud has named him.
 */
export function describeAsked(branch: Named, type: string): Description | null {
  const { siteId, askedAs, tokenEncrypted } = branch;
  if (askedAs === null || tokenEncrypted === null) return null;
  const grantee = branch.resharedTo ?? branch.shareWith;
  const known = { siteId, resourceType: "file", providerId: askedAs, grantee, secretEncrypted: null };
  return describeNotification(known, type, { sharedSecret: decryptSecret("branch", tokenEncrypted) });
}
