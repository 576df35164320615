import type { Directory } from "@/prisma/generated/client";

/** So long the clouds of a directory count after it was read, whatever happens to it; as long counts a list of ours. */
const COUNTS_FOR_HOURS = 72;

/** Until when the clouds of a list count that is of this moment. */
export const countsUntil = (moment: Date) => new Date(moment.getTime() + COUNTS_FOR_HOURS * 3_600_000);

type Dates = Pick<Directory, "readAt" | "expiresAt">;

/** Until when the clouds of a directory count: a while after it was read, or as its list says if that is sooner. */
export function endOfDirectory({ readAt, expiresAt }: Dates): Date | null {
  if (!readAt) return null;
  const end = countsUntil(readAt);
  return expiresAt && expiresAt < end ? expiresAt : end;
}

/** Whether they count now. */
export const stillCounts = (directory: Dates) => (endOfDirectory(directory) ?? 0) > new Date();

/** The same in SQL, of a `"Directory"` row. */
export const countsInSql = (list: string) =>
  `coalesce(${list}."readAt" > now() - interval '${COUNTS_FOR_HOURS} hours'
     AND (${list}."expiresAt" IS NULL OR ${list}."expiresAt" > now()), false)`;

/** Whether a directory that the administrators trust names a cloud, in SQL of what gives the site's id and its name. */
export const vouchedInSql = (siteId: string, provider: string) => `EXISTS (
    SELECT FROM "DirectoryCloud" member
      JOIN "Directory" list ON list."siteId" = member."siteId" AND list.id = member."directoryId"
     WHERE member."siteId" = ${siteId} AND member.provider = ${provider} AND list."isTrusted" AND ${countsInSql("list")})`;
