import { db, pool } from "@/lib/core/db";
import { notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { Group } from "@/prisma/generated/client";

/** A group with how many belong to it. */
export type GroupRow = Pick<Group, "id" | "name" | "handle" | "createdAt"> & { members: number };

const FOUND = `
  SELECT id, name, handle, "createdAt",
         (SELECT count(*)::int FROM "GroupMember" member
           WHERE member."siteId" = found."siteId" AND member."groupId" = found.id) AS members
    FROM "Group" found
   WHERE "siteId" = $1 AND "deletedAt" IS NULL`;

const LIST = `${FOUND} AND lower(name || ' ' || handle) LIKE $2
     AND ($3::uuid IS NULL OR (lower(name), id) > (SELECT lower(name), id FROM "Group" WHERE "siteId" = $1 AND id = $3))
   ORDER BY lower(name), id LIMIT $4`;

export type GroupSearch = { search?: string; after?: string | null; limit: number };

/** The groups of a site by name, or those that have the text in name or address. */
export async function listGroups(siteId: string, { search = "", after, limit }: GroupSearch): Promise<GroupRow[]> {
  const pattern = `%${search
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, "\\$&")}%`;
  return (await pool().query<GroupRow>(LIST, [siteId, pattern, after ?? null, limit])).rows;
}

/** @throws GROUP_NOT_FOUND */
export async function getGroup(siteId: string, groupId: string): Promise<GroupRow> {
  const { rows } = isId(groupId)
    ? await pool().query<GroupRow>(`${FOUND} AND id = $2`, [siteId, groupId])
    : { rows: [] };
  if (!rows[0]) throw noSuchGroup();
  return rows[0];
}

/** The group whom other clouds, and people who type an address, call by this name. */
export async function findGroupByHandle(siteId: string, handle: string): Promise<Group | null> {
  return db().group.findFirst({ where: { siteId, handle: handle.toLowerCase(), deletedAt: null } });
}

/** The groups whose members may do something with other clouds where not everybody may. */
export async function listChosenGroups(siteId: string): Promise<{ invitingGroups: string[]; sharingGroups: string[] }> {
  const where = { siteId, deletedAt: null, OR: [{ mayInvite: true }, { mayShare: true }] };
  const chosen = await db().group.findMany({ where, orderBy: { id: "asc" } });
  const ids = (groups: Group[]) => groups.map(({ id }) => id);
  return {
    invitingGroups: ids(chosen.filter(({ mayInvite }) => mayInvite)),
    sharingGroups: ids(chosen.filter(({ mayShare }) => mayShare)),
  };
}

export type Member = { id: string; displayName: string; userName: string; isDisabled: boolean };

const MEMBERS = `
  SELECT person.id, person."displayName", person."userName", person."disabledAt" IS NOT NULL AS "isDisabled"
    FROM "GroupMember" member
    JOIN "User" person ON person."siteId" = member."siteId" AND person.id = member."userId"
   WHERE member."siteId" = $1 AND member."groupId" = $2
     AND ($3::uuid IS NULL OR (lower(person."displayName"), person.id) >
           (SELECT lower("displayName"), id FROM "User" WHERE "siteId" = $1 AND id = $3))
   ORDER BY lower(person."displayName"), person.id LIMIT $4`;

/** Who belongs to a group, by name. */
export async function listMembers(
  siteId: string,
  groupId: string,
  { after, limit }: Omit<GroupSearch, "search">,
): Promise<Member[]> {
  return (await pool().query<Member>(MEMBERS, [siteId, groupId, after ?? null, limit])).rows;
}

export const noSuchGroup = () => notFound("GROUP_NOT_FOUND", "There is no such group.");
