import { recordAudit } from "@/lib/audit/record";
import { db, pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { touchTopic } from "@/lib/notices/live";
import { placeOf } from "@/lib/sharing/internal/place";
import { ShareRequestView } from "@/lib/sharing/schema";
import { updateSentShare } from "@/lib/sharing/sent/update-sent-share";
import { listSites } from "@/lib/sites/sites";
import type { Contact, User } from "@/prisma/generated/client";

/** More are shown when these are answered. */
const MOST = 20;
const MOST_MATCHES = 5;
/** Shorter names are in half of all sentences. */
const SHORTEST = 3;

/**
 * For requests ($3) and their words ($4): own things whose name is in the words, or the other way round, those named
 * most fully first. One way through what the person has, however many ask.
 */
const MATCHES = `
  SELECT mine."requestId", mine.id, mine.name, mine.kind, place.path FROM (
    SELECT asked.id AS "requestId", own.*,
        row_number() OVER (PARTITION BY asked.id ORDER BY length(own.name) DESC, own.id) AS rank
      FROM "FileNode" own JOIN unnest($3::uuid[], $4::text[]) AS asked(id, what)
        ON strpos(lower(asked.what), lower(own.name)) > 0 OR strpos(lower(own.name), lower(asked.what)) > 0
     WHERE own."siteId" = $1 AND own."ownerId" = $2 AND own.kind IN ('file', 'folder') AND own."parentId" IS NOT NULL
       AND own."trashedAt" IS NULL AND length(own.name) >= ${SHORTEST}
  ) mine JOIN ${placeOf('mine."siteId"', "mine.id")} place ON place.path IS NOT NULL
   WHERE mine.rank <= ${2 * MOST_MATCHES} ORDER BY mine.rank`;

type Match = ShareRequestView["matches"][number] & { requestId: string };

/** What contacts and people of the same site ask this person for and have got no answer to, the oldest first. */
export async function listShareRequests({ siteId, userId }: UserPrincipal): Promise<ShareRequestView[]> {
  const rows = await db().shareRequest.findMany({
    where: {
      ...{ siteId, userId, isOurs: false, answeredAt: null },
      OR: [{ contact: { removedAt: null } }, { colleague: { disabledAt: null } }],
    },
    include: { contact: true, colleague: true },
    orderBy: { id: "asc" },
    take: MOST,
  });
  const inWords = rows.filter(({ sentShareId, what }) => sentShareId === null && what.length >= SHORTEST);
  const asked = [inWords.map(({ id }) => id), inWords.map(({ what }) => what)];
  const found = inWords.length > 0 ? (await pool().query<Match>(MATCHES, [siteId, userId, ...asked])).rows : [];
  return rows.map((row) => {
    const matches = found.filter(({ requestId }) => requestId === row.id).slice(0, MOST_MATCHES);
    const wantsToEdit = row.sentShareId !== null;
    return ShareRequestView.parse({
      ...{ ...row, ...viewAsker(row), wantsToEdit, matches },
      createdAt: row.createdAt.toISOString(),
    });
  });
}

function viewAsker({ contact, colleague }: { contact: Contact | null; colleague: User | null }) {
  const { id, displayName: name, mail } = contact ?? colleague ?? {};
  return {
    from: { kind: contact ? "contact" : "person", id },
    name,
    mail: mail ?? "",
    provider: contact?.provider ?? "",
  };
}

/**
 * Says yes or no. A yes to who wants to do more with a share changes that share; to who asks in words it is said by
 * sharing something. Nobody is told of a no.
 *
 * @throws REQUEST_NOT_FOUND, SHARE_ENDED
 */
export async function answerShareRequest(user: UserPrincipal, id: string, isGranted: boolean): Promise<void> {
  const { siteId, userId } = user;
  const open = { siteId, id, userId, isOurs: false, answeredAt: null };
  const request = isId(id) ? await db().shareRequest.findFirst({ where: { ...open, siteId } }) : null;
  if (!request) throw noSuchRequest();
  if (isGranted && request.sentShareId) await updateSentShare(user, request.sentShareId, { role: "editor" });
  await db().$transaction(async (tx) => {
    const { count } = await tx.shareRequest.updateMany({
      where: { ...open, siteId },
      data: { answeredAt: new Date() },
    });
    if (count === 0) throw noSuchRequest();
    const action = isGranted ? "share-request-granted" : "share-request-refused";
    const subject = request.contactId ? `contact:${request.contactId}` : `user:${request.colleagueId}`;
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject });
    await touchTopic(tx, siteId, [userId], "shares-sent");
  });
}

/** So long an answered request stays, and one of which nobody will hear any more. */
const KEPT_DAYS = 90;

/**
 * Forgets requests long after they were answered; and as long after they were made those that nobody can answer any
 * more: what our people asked and could not be told, and what contacts asked who are none now. For the worker, daily.
 */
export async function sweepShareRequests(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      DELETE FROM "ShareRequest" request
       WHERE "siteId" = ${siteId}::uuid
         AND coalesce("answeredAt", "createdAt") < now() - make_interval(days => ${KEPT_DAYS}::int)
         AND ("answeredAt" IS NOT NULL OR "isOurs" OR EXISTS (
               SELECT FROM "Contact" contact WHERE contact."siteId" = request."siteId"
                  AND contact.id = request."contactId" AND contact."removedAt" IS NOT NULL))`;
  }
}

const noSuchRequest = () => notFound("REQUEST_NOT_FOUND", "There is no such request, or it is answered.");
