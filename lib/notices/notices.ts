import type { z } from "zod";
import { db, type StatementTx, type Tx } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { listSites } from "@/lib/sites/sites";
import { LIVE_CHANNEL, livePayload, touchTopic } from "./live";
import { type LiveTopic, type NoticeAbout, type NoticeKind, type NoticePage, NoticeView } from "./schema";

/**
 * Tells a person of something, in the transaction in which it happens. Open pages hear of it when that commits, and
 * that the lists of these other topics are stale; with null only by `announce`, which the caller does after the commit.
 * What happens to a share again replaces what is still unread of it. One statement, because busy paths end in it.
 */
export async function notify<K extends NoticeKind>(
  tx: StatementTx,
  siteId: string,
  userId: string,
  kind: K,
  about: NoticeAbout<K>,
  stale: LiveTopic[] | null = [],
): Promise<void> {
  const topics = stale ? ["notices" as const, ...stale] : [];
  const payloads = topics.map((topic) => livePayload({ siteId, userId, topic }));
  await tx.$executeRaw`
    WITH told AS (
      INSERT INTO "Notice" ("siteId", id, "userId", kind, about)
      VALUES (${siteId}::uuid, ${newId()}::uuid, ${userId}::uuid, ${kind}, ${JSON.stringify(about)}::jsonb)
      ON CONFLICT ("siteId", "userId", kind, (about ->> 'shareId')) WHERE "readAt" IS NULL
      DO UPDATE SET id = excluded.id, about = excluded.about, "createdAt" = excluded."createdAt"
    )
    SELECT pg_notify(${LIVE_CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS payload`;
}

/** Takes back what a person has not read yet of a kind, for a notice that says it too; what each of them held. */
export async function takeUnread<K extends NoticeKind>(
  tx: Tx,
  siteId: string,
  userId: string,
  kind: K,
): Promise<NoticeAbout<K>[]> {
  const taken = await tx.$queryRaw<{ about: NoticeAbout<K> }[]>`
    DELETE FROM "Notice" WHERE "siteId" = ${siteId}::uuid AND "userId" = ${userId}::uuid AND kind = ${kind}
       AND "readAt" IS NULL RETURNING about`;
  return taken.map(({ about }) => about);
}

export type PageOptions = { after?: string; limit?: number };

/** What this person was told, newest first. */
export async function listNotices(user: UserPrincipal, options: PageOptions = {}): Promise<z.infer<typeof NoticePage>> {
  const { after, limit = 50 } = options;
  const { siteId, userId } = user;
  const [rows, unread] = await Promise.all([
    db().notice.findMany({
      where: { siteId, userId, ...(after && { id: { lt: after } }) },
      orderBy: { id: "desc" },
      take: limit + 1,
    }),
    db().notice.count({ where: { siteId, userId, readAt: null } }),
  ]);
  const items = rows.slice(0, limit).flatMap((row) => {
    const dates = { createdAt: row.createdAt.toISOString(), readAt: row.readAt?.toISOString() ?? null };
    const view = NoticeView.safeParse({ ...row, ...dates });
    return view.success ? [view.data] : []; // of a kind that a later version wrote
  });
  return { items, unread, next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
}

/** Marks these notices of a person as read, or all of them. */
export async function markNoticesRead(user: UserPrincipal, ids?: string[]): Promise<void> {
  const { siteId, userId } = user;
  await db().$transaction(async (tx) => {
    const where = { siteId, userId, readAt: null, ...(ids && { id: { in: ids } }) };
    const { count } = await tx.notice.updateMany({ where, data: { readAt: new Date() } });
    if (count > 0) await touchTopic(tx, siteId, [userId], "notices");
  });
}

/** So long what was read stays, and so many of whatever age. */
const KEPT_DAYS = 90;
const KEPT = 1000;

/** Forgets what was read long ago, and of each person all but the newest. For the worker, once a day. */
export async function sweepNotices(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      DELETE FROM "Notice" WHERE "siteId" = ${siteId}::uuid AND "readAt" < now() - make_interval(days => ${KEPT_DAYS}::int)`;
    await db().$executeRaw`
      DELETE FROM "Notice" notice
       USING "User" person, LATERAL (
         SELECT id FROM "Notice" WHERE "siteId" = person."siteId" AND "userId" = person.id
          ORDER BY id DESC OFFSET ${KEPT - 1} LIMIT 1) AS oldest
       WHERE person."siteId" = ${siteId}::uuid AND notice."siteId" = person."siteId" AND notice."userId" = person.id
         AND notice.id < oldest.id`;
  }
}
