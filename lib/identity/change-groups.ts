import { onDuplicate, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { noSuchGroup } from "@/lib/identity/groups";
import { enqueue } from "@/lib/jobs/enqueue";
import type { Group } from "@/prisma/generated/client";

type Which = { siteId: string; groupId: string };

/**
 * Makes a group. Its cloud address is made of the name, and stays.
 *
 * @throws GROUP_EXISTS
 */
export async function createGroup(tx: Tx, siteId: string, name: string): Promise<Group> {
  await requireFreeName(tx, siteId, name, null);
  return tx.group.create({ data: { siteId, name, handle: await freeHandle(tx, siteId, name) } }).catch(onTaken);
}

/** @throws GROUP_NOT_FOUND, GROUP_EXISTS */
export async function renameGroup(tx: Tx, { siteId, groupId }: Which, name: string): Promise<Group> {
  if (!isId(groupId)) throw noSuchGroup();
  await requireFreeName(tx, siteId, name, groupId);
  return change(tx, { siteId, groupId }, { name });
}

/**
 * Deletes a group. From now on nobody gets at anything through it; what was shared with it ends by a job.
 *
 * @throws GROUP_NOT_FOUND
 */
export async function deleteGroup(tx: Tx, { siteId, groupId }: Which): Promise<Group> {
  // Another group may have the address now.
  const group = await change(tx, { siteId, groupId }, { deletedAt: new Date(), handle: groupId });
  await tx.groupMember.deleteMany({ where: { siteId, groupId } });
  await groupChanged(tx, { siteId, groupId });
  return group;
}

/** Has what is shared with a group follow a change of it or of that, once this transaction is through. */
export const groupChanged = (tx: Tx, { siteId, groupId }: Which) =>
  enqueue(tx, "group-changed", { siteId, groupId }, { key: `group-changed:${groupId}` });

/** Chooses the groups whose members may do something with other clouds where not everybody may; no other is chosen. */
export async function chooseGroups(
  tx: Tx,
  siteId: string,
  right: "mayInvite" | "mayShare",
  chosen: string[],
): Promise<void> {
  await tx.group.updateMany({ where: { siteId, id: { notIn: chosen } }, data: { [right]: false } });
  await tx.group.updateMany({ where: { siteId, id: { in: chosen }, deletedAt: null }, data: { [right]: true } });
}

/**
 * Takes somebody into a group, or out of it; whoever is in or out already stays so. What is shared with the group
 * follows by a job; that it is not to be had any more holds at once.
 *
 * @throws GROUP_NOT_FOUND, PERSON_NOT_FOUND
 */
export async function setMember(tx: Tx, { siteId, groupId }: Which, userId: string, isMember: boolean): Promise<Group> {
  const group = await change(tx, { siteId, groupId }, {});
  const isThere = isId(userId) && (await tx.user.count({ where: { siteId, id: userId } })) > 0;
  if (!isThere) throw notFound("PERSON_NOT_FOUND", "There is no such person.");
  if (isMember) await tx.groupMember.createMany({ data: [{ siteId, groupId, userId }], skipDuplicates: true });
  else await tx.groupMember.deleteMany({ where: { siteId, groupId, userId } });
  await groupChanged(tx, { siteId, groupId });
  return group;
}

/** Locks the row, so that nobody joins a group while it is deleted. */
async function change(tx: Tx, { siteId, groupId }: Which, data: Partial<Group>): Promise<Group> {
  if (!isId(groupId)) throw noSuchGroup();
  await tx.$queryRaw`SELECT FROM "Group" WHERE "siteId" = ${siteId}::uuid AND id = ${groupId}::uuid FOR UPDATE`;
  const [group] = await tx.group.updateManyAndReturn({ where: { siteId, id: groupId, deletedAt: null }, data });
  if (!group) throw noSuchGroup();
  return group;
}

const onTaken = onDuplicate("GROUP_EXISTS", "There is a group of that name already.");

/** Two groups of one name could not be told apart. */
async function requireFreeName(tx: Tx, siteId: string, name: string, groupId: string | null): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`groups/${siteId}`}, 0))`;
  const same = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Group" WHERE "siteId" = ${siteId}::uuid AND "deletedAt" IS NULL AND lower(name) = lower(${name})`;
  if (same.some(({ id }) => id !== groupId)) {
    throw conflict("GROUP_EXISTS", "There is a group of that name already.");
  }
}

/** Letters without their marks, digits and dashes; with a number where another group has it. */
async function freeHandle(tx: Tx, siteId: string, name: string): Promise<string> {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug =
    plain
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 50) || "group";
  const like = await tx.group.findMany({ where: { siteId, handle: { startsWith: slug } }, select: { handle: true } });
  const taken = new Set(like.map(({ handle }) => handle));
  let handle = slug;
  for (let number = 2; taken.has(handle); number++) handle = `${slug}-${number}`;
  return handle;
}
