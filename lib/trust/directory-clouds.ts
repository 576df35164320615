import { pool } from "@/lib/core/db";
import type { Site } from "@/lib/sites/sites";
import { countsInSql } from "@/lib/trust/internal/vouched";
import { allowedInSql } from "@/lib/trust/provider-record";
import type { NamedCloud } from "@/lib/trust/schema";

const MOST = 2_000;

const OFFERED = `
  SELECT DISTINCT ON (member.provider) member.provider, member.name
    FROM "DirectoryCloud" member
    JOIN "Directory" list ON list."siteId" = member."siteId" AND list.id = member."directoryId"
    JOIN "Site" site ON site.id = member."siteId"
    LEFT JOIN "Provider" peer ON peer."siteId" = member."siteId" AND peer.provider = member.provider
   WHERE member."siteId" = $1 AND ${countsInSql("list")} AND member.provider <> site.provider
     AND ${allowedInSql("site", "peer", "member.provider")}
   ORDER BY member.provider, list."createdAt"
   LIMIT ${MOST}`;

const NAMING = `
  SELECT member.provider, array_agg(coalesce(nullif(list.federation, ''), list.url) ORDER BY list."createdAt") AS names
    FROM "DirectoryCloud" member
    JOIN "Directory" list ON list."siteId" = member."siteId" AND list.id = member."directoryId"
   WHERE member."siteId" = $1 AND member.provider = ANY ($2) AND list."isTrusted" AND ${countsInSql("list")}
   GROUP BY member.provider`;

/** By which trusted directories that count some clouds are listed: their names, by the cloud's. */
export async function directoriesNaming(siteId: string, providers: string[]): Promise<Map<string, string[]>> {
  const { rows } = await pool().query<{ provider: string; names: string[] }>(NAMING, [siteId, providers]);
  return new Map(rows.map(({ provider, names }) => [provider, names]));
}

/** The clouds of all directories that count, those aside with which the site does not deal, by name. */
export async function listDirectoryClouds({ id }: Pick<Site, "id">): Promise<NamedCloud[]> {
  const { rows } = await pool().query<NamedCloud>(OFFERED, [id]);
  return rows.sort((one, other) => one.name.localeCompare(other.name));
}
