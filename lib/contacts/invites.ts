import type { z } from "zod";
import { recordAudit } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { encryptSecret, hashSecret, newSecret } from "@/lib/core/secrets";
import { outsideRights, requireMayInvite } from "@/lib/identity/outside";
import { getUser } from "@/lib/identity/users";
import { limit } from "@/lib/limits/limit";
import { touchTopic } from "@/lib/notices/live";
import { sendMail } from "@/lib/notices/mail";
import { getSite, listSites } from "@/lib/sites/sites";
import type { DeadInvite } from "./dead-invite";
import type { InvitePage, InviteView } from "./schema";
import { viewInvite } from "./view";

/** Letters that one person may have sent in a day: they go out in the operator's name, to anybody. */
const LETTERS = { max: 100, seconds: 86_400 };

export type PageOptions = { after?: string; limit?: number };

/**
 * Makes an invite with a fresh token, which one person may use once, until the site's time for it is over.
 *
 * @throws INVITING_NOT_ALLOWED, TOO_MANY_INVITES
 */
export async function createInvite(user: UserPrincipal, { note }: { note: string }): Promise<InviteView> {
  const { siteId, userId } = user;
  const site = await getSite(siteId);
  const token = newSecret("inv_");
  const created = await db().$transaction(async (tx) => {
    const rights = await outsideRights(user, tx);
    requireMayInvite(rights);
    await requireFewInvites(tx, user, rights.mostInvites);
    const data = {
      siteId,
      inviterId: userId,
      note,
      tokenHash: hashSecret("invite", token),
      tokenEncrypted: encryptSecret("invite", token),
      expiresAt: new Date(Date.now() + site.inviteLifetimeDays * 86_400_000),
    };
    const row = await tx.invite.create({ data, include: { usedBy: true } });
    await recordAudit(tx, siteId, { actor: `user:${userId}`, action: "invite-created", subject: `invite:${row.id}` });
    await touchTopic(tx, siteId, [userId], "invites");
    return row;
  });
  logger("contacts").info({ siteId, inviteId: created.id, userId }, "invite created");
  return viewInvite(created, site, await currentName(user));
}

/** Two at once could each be the last: one waits for the other. */
async function requireFewInvites(tx: Tx, { siteId, userId }: UserPrincipal, most: number | null): Promise<void> {
  if (most === null) return;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`invites/${siteId}/${userId}`}, 0))`;
  const waiting = { siteId, inviterId: userId, tokenHash: { not: null }, expiresAt: { gt: new Date() } };
  if ((await tx.invite.count({ where: waiting })) < most) return;
  const howMany = most === 1 ? "one of your invites" : `${most} of your invites`;
  throw conflict("TOO_MANY_INVITES", `On your cloud ${howMany} may wait at a time. Revoke one that is not needed.`);
}

/** The invites of a person, newest first. */
export async function listInvites(user: UserPrincipal, options: PageOptions = {}): Promise<z.infer<typeof InvitePage>> {
  const { siteId, userId } = user;
  const { after, limit = 50 } = options;
  const rows = await db().invite.findMany({
    where: { siteId, inviterId: userId, ...(after && { id: { lt: after } }) },
    include: { usedBy: true },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const [site, name] = [await getSite(siteId), await currentName(user)];
  const items = rows.slice(0, limit).map((row) => viewInvite(row, site, name));
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/**
 * Writes down for whom an invite is; the invited person never sees it.
 *
 * @throws INVITE_NOT_FOUND
 */
export async function updateInvite(user: UserPrincipal, inviteId: string, { note }: { note: string }) {
  const { siteId, userId } = user;
  const { id } = await getOwnInvite(user, inviteId);
  const row = await db().$transaction(async (tx) => {
    await touchTopic(tx, siteId, [userId], "invites");
    return tx.invite.update({ where: { siteId_id: { siteId, id } }, data: { note }, include: { usedBy: true } });
  });
  return viewInvite(row, await getSite(siteId), await currentName(user));
}

/**
 * Makes an invite worthless, if nobody has used it yet.
 *
 * @throws INVITE_NOT_FOUND, INVITE_NOT_WAITING
 */
export async function revokeInvite(user: UserPrincipal, inviteId: string): Promise<void> {
  const { siteId, userId } = user;
  const invite = await getOwnInvite(user, inviteId);
  await db().$transaction(async (tx) => {
    const where = { siteId, id: invite.id, usedAt: null, revokedAt: null };
    const { count } = await tx.invite.updateMany({ where, data: { ...spent(invite), revokedAt: new Date() } });
    if (count === 0) throw notWaiting();
    await recordAudit(tx, siteId, {
      actor: `user:${userId}`,
      action: "invite-revoked",
      subject: `invite:${invite.id}`,
    });
    await touchTopic(tx, siteId, [userId], "invites");
  });
  logger("contacts").info({ siteId, inviteId, userId }, "invite revoked");
}

/**
 * Sends an invite that still waits to a mail address, through the operator's mail server.
 *
 * @throws INVITE_NOT_FOUND, INVITE_NOT_WAITING, TOO_MANY_REQUESTS, MAIL_NOT_CONFIGURED, MAIL_FAILED
 */
export async function mailInvite(user: UserPrincipal, inviteId: string, to: string): Promise<void> {
  const name = await currentName(user);
  const { invitation } = viewInvite(await getOwnInvite(user, inviteId), await getSite(user.siteId), name);
  if (!invitation) throw notWaiting();
  await limit({ siteId: user.siteId, key: `invite-letters:user:${user.userId}`, ...LETTERS });
  await sendMail({ to, subject: `${name} would like to share files with you`, text: invitation.mailText });
}

/** Wipes the tokens and the words of invites whose time is over; of a token its hash stays. For the worker. */
export async function sweepInvites(): Promise<void> {
  for (const { id: siteId } of await listSites()) {
    await db().$executeRaw`
      UPDATE "Invite" SET "spentTokenHash" = "tokenHash", "tokenHash" = NULL, "tokenEncrypted" = NULL
       WHERE "siteId" = ${siteId}::uuid AND "tokenHash" IS NOT NULL AND "expiresAt" <= now()`;
    await db().$executeRaw`
      UPDATE "Invite" SET "wordsHash" = NULL, "wordsEncrypted" = NULL
       WHERE "siteId" = ${siteId}::uuid AND "wordsHash" IS NOT NULL AND "wordsUntil" <= now()`;
  }
}

/** What becomes of the columns of the token, and of the words that stand for it, when it opens nothing any more. */
export function spent({ tokenHash, spentTokenHash }: { tokenHash: string | null; spentTokenHash: string | null }) {
  const noWords = { wordsHash: null, wordsEncrypted: null };
  return { ...noWords, tokenHash: null, tokenEncrypted: null, spentTokenHash: tokenHash ?? spentTokenHash };
}

/** The invite that this token opens now, with its inviter; null whatever the reason. */
export async function findLiveInvite(tx: Tx, siteId: string, token: string) {
  return tx.invite.findFirst({
    where: {
      siteId,
      tokenHash: hashSecret("invite", token),
      expiresAt: { gt: new Date() },
      inviter: { disabledAt: null },
    },
    include: { inviter: { omit: { passwordHash: true } } },
  });
}

/** What became of an invite that opens nothing: told only to who holds its token, which nobody can guess. */
export async function whyDead(siteId: string, token: string): Promise<DeadInvite> {
  const hash = hashSecret("invite", token);
  const invite = await db().invite.findFirst({
    where: { siteId, OR: [{ spentTokenHash: hash }, { tokenHash: hash }], inviter: { disabledAt: null } },
  });
  if (invite?.usedAt) return "INVITE_USED";
  if (invite?.revokedAt) return "INVITE_REVOKED";
  return invite && invite.expiresAt <= new Date() ? "INVITE_EXPIRED" : "INVITE_UNKNOWN";
}

/** @throws INVITE_NOT_FOUND */
export async function getOwnInvite({ siteId, userId }: UserPrincipal, id: string) {
  const include = { usedBy: true };
  const row = isId(id) ? await db().invite.findFirst({ where: { siteId, id, inviterId: userId }, include }) : null;
  if (!row) throw notFound("INVITE_NOT_FOUND", "There is no such invite.");
  return row;
}

/** As it is now; the session may remember an older one. */
const currentName = async (user: UserPrincipal) => (await getUser(user.siteId, user.userId)).displayName;
/** An invite that is used, revoked or expired. */
export const notWaiting = () => conflict("INVITE_NOT_WAITING", "This invite is already used, revoked or expired.");
