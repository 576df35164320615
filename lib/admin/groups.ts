import type { z } from "zod";
import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import * as groups from "@/lib/identity/change-groups";
import { listGroups as findGroups, listMembers as findMembers, type GroupRow, getGroup } from "@/lib/identity/groups";
import { type GroupMemberPage, type GroupPage, GroupView } from "@/lib/identity/schema";
import { formatOcmAddress } from "@/lib/protocol/ocm/address";
import { getSite } from "@/lib/sites/sites";
import type { Group } from "@/prisma/generated/client";

export type GroupsQuery = { search?: string; after?: string; limit?: number };

/** The groups of the site by name. */
export async function listGroups(
  { siteId }: UserPrincipal,
  { limit = 100, ...query }: GroupsQuery,
): Promise<z.infer<typeof GroupPage>> {
  const { provider } = await getSite(siteId);
  const rows = await findGroups(siteId, { ...query, limit: limit + 1 });
  return page(rows, limit, (row) => view(row, provider));
}

/** Who belongs to a group, by name. @throws GROUP_NOT_FOUND */
export async function listMembers(
  { siteId }: UserPrincipal,
  groupId: string,
  { after, limit = 100 }: GroupsQuery,
): Promise<z.infer<typeof GroupMemberPage>> {
  const { id } = await getGroup(siteId, groupId);
  return page(await findMembers(siteId, id, { after, limit: limit + 1 }), limit, (member) => member);
}

/** @throws GROUP_EXISTS */
export async function createGroup(admin: UserPrincipal, name: string): Promise<GroupView> {
  return changed(admin, "group-created", { name }, (tx) => groups.createGroup(tx, admin.siteId, name));
}

/** Its cloud address stays. @throws GROUP_NOT_FOUND, GROUP_EXISTS */
export async function renameGroup(admin: UserPrincipal, groupId: string, name: string): Promise<GroupView> {
  const which = { siteId: admin.siteId, groupId };
  return changed(admin, "group-renamed", { name }, (tx) => groups.renameGroup(tx, which, name));
}

/** Ends what is shared with the group. @throws GROUP_NOT_FOUND */
export async function deleteGroup(admin: UserPrincipal, groupId: string): Promise<void> {
  const { siteId } = admin;
  await db().$transaction(async (tx) => {
    const { name } = await groups.deleteGroup(tx, { siteId, groupId });
    await audit(tx, admin, "group-deleted", groupId, { name });
  });
}

/** Takes somebody into a group or out of it. @throws GROUP_NOT_FOUND, PERSON_NOT_FOUND */
export async function setMember(admin: UserPrincipal, groupId: string, userId: string, isMember: boolean) {
  const which = { siteId: admin.siteId, groupId };
  const action = isMember ? "group-joined" : "group-left";
  return changed(admin, action, { userId }, (tx) => groups.setMember(tx, which, userId, isMember));
}

type Detail = Record<string, string>;

async function changed(admin: UserPrincipal, action: string, detail: Detail, change: (tx: Tx) => Promise<Group>) {
  const { siteId } = admin;
  const { id } = await db().$transaction(async (tx) => {
    const group = await change(tx);
    await audit(tx, admin, action, group.id, detail);
    return group;
  });
  return view(await getGroup(siteId, id), (await getSite(siteId)).provider);
}

const audit = (tx: Tx, { siteId, userId }: UserPrincipal, action: string, groupId: string, detail: Detail) =>
  recordAudit(tx, siteId, { actor: `user:${userId}`, action, subject: `group:${groupId}`, detail });

const view = ({ handle, createdAt, ...row }: GroupRow, provider: string): GroupView =>
  GroupView.parse({
    ...row,
    cloudAddress: formatOcmAddress({ identifier: handle, provider }),
    createdAt: createdAt.toISOString(),
  });

function page<R extends { id: string }, V>(rows: R[], limit: number, viewOf: (row: R) => V) {
  const items = rows.slice(0, limit);
  return { items: items.map(viewOf), next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
