import { recordAudit } from "@/lib/audit/record";
import { db } from "@/lib/core/db";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { listSites } from "@/lib/sites/sites";
import { type Contact, Prisma } from "@/prisma/generated/client";
import { changeSince, cloudsOf, sidesBetween, VerifiedAs } from "./verified-as";

/**
 * Takes the mark from contacts of a site, or of one cloud, of which something has changed since words were compared; who
 * had compared them is told. For the worker, when keys or identifiers change.
 */
export async function checkVerified({ siteId, provider }: { siteId: string; provider?: string }): Promise<void> {
  const where = { siteId, removedAt: null, verifiedAs: { not: Prisma.DbNull }, ...(provider && { provider }) };
  const contacts = await db().contact.findMany({ where });
  for (const cloud of new Set(contacts.map((contact) => contact.provider))) {
    const clouds = await cloudsOf(siteId, cloud);
    const itsOwn = contacts.filter((contact) => contact.provider === cloud);
    for (const contact of itsOwn) await check(contact, sidesBetween(contact, clouds));
  }
}

/** The same everywhere, should a job have been lost. For the worker. */
export async function sweepVerified(): Promise<void> {
  for (const { id: siteId } of await listSites()) await checkVerified({ siteId });
}

async function check(contact: Contact, now: VerifiedAs): Promise<void> {
  const { siteId, id, userId, displayName: name, provider } = contact;
  const then = VerifiedAs.parse(contact.verifiedAs);
  const changed = changeSince(then, now);
  if (!changed) return;
  await db().$transaction(async (tx) => {
    // What was compared anew meanwhile stays.
    const where = { siteId, id, verifiedAs: { equals: then } };
    const { count } = await tx.contact.updateMany({ where, data: { verifiedAs: Prisma.DbNull } });
    if (count === 0) return;
    await notify(tx, siteId, userId, "contact-unverified", { name, provider, changed });
    await touchTopic(tx, siteId, [userId], "contacts");
    const fact = { actor: "system", action: "contact-unverified", subject: `contact:${id}` };
    await recordAudit(tx, siteId, { ...fact, detail: { provider, changed } });
  });
}
