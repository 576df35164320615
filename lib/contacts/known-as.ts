import { createHash, randomBytes } from "node:crypto";
import { db, type Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { MAX_KNOWN_AS } from "@/lib/protocol/ocm/wire";
import type { Contact } from "@/prisma/generated/client";

/** An identifier for one contact: it tells nothing and links to nothing. */
export const newIdentifier = () => randomBytes(16).toString("hex");

/**
 * What both clouds call the beginning that an invite makes: by it the end of an earlier one is told from that of this
 * one. Both know the token, and nobody else can say it.
 */
export const connectionOf = (token: string) => createHash("sha256").update(`connection ${token}`).digest("base64url");

/**
 * The identifiers by which a cloud may know this person: of contacts there, removed ones too, and of invites whose
 * answer has not come. All were made for that very cloud, newest first.
 */
export async function identifiersAt({ siteId, userId }: UserPrincipal, provider: string): Promise<string[]> {
  const newest = { select: { ourIdentifier: true }, orderBy: { id: "desc" }, take: MAX_KNOWN_AS } as const;
  const [contacts, unanswered] = await Promise.all([
    db().contact.findMany({ where: { siteId, userId, provider }, ...newest }),
    db().acceptedInvite.findMany({ where: { siteId, userId, provider, acceptedAt: null, endedAt: null }, ...newest }),
  ]);
  const identifiers = [...contacts, ...unanswered].map(({ ourIdentifier }) => ourIdentifier);
  return [...new Set(identifiers)].slice(0, MAX_KNOWN_AS);
}

type Sought = { siteId: string; userId: string; provider: string; identifiers: string[] };

/**
 * The contact of a person whom his cloud calls by one of these identifiers: the one in the address book before one
 * that was removed. Until the transaction ends nobody else adds one for the same person.
 */
export async function findKnownContact(tx: Tx, { siteId, userId, provider, identifiers }: Sought) {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`contacts/${siteId}/${userId}`}, 0))`;
  const known = await tx.contact.findMany({
    where: { siteId, userId, provider, identifier: { in: identifiers } },
    orderBy: { id: "asc" },
  });
  return known.find(({ removedAt }: Contact) => removedAt === null) ?? known[0] ?? null;
}
