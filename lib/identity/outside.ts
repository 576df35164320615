import { db, type Tx } from "@/lib/core/db";
import { type AppError, forbidden, invalid } from "@/lib/core/errors";
import type { OutsideRights } from "@/lib/identity/schema";
import type { OutsideRule } from "@/prisma/generated/client";

type Who = { siteId: string; userId: string };
type Row = OutsideRights & { mostInvites: number | null };

/**
 * What the policies of the site let a person do with people on other clouds, now. In a transaction no policy changes
 * before it ends, so that a change finds all that was begun before it.
 */
export async function outsideRights({ siteId, userId }: Who, tx?: Tx): Promise<Row> {
  const where = { siteId_id: { siteId, id: userId } };
  if (tx) await tx.$queryRaw`SELECT FROM "Site" WHERE id = ${siteId}::uuid FOR SHARE`;
  const { site, memberships } = await (tx ?? db()).user.findUniqueOrThrow({
    where,
    select: { site: true, memberships: { select: { group: { select: { mayInvite: true, mayShare: true } } } } },
  });
  const { whoInvites, whoShares, allowsAddresses, longestShareDays, mostInvites } = site;
  const may = (rule: OutsideRule, isChosen: boolean) => rule === "everyone" || (rule === "members" && isChosen);
  return {
    mayInvite: may(
      whoInvites,
      memberships.some(({ group }) => group.mayInvite),
    ),
    mayShare: may(
      whoShares,
      memberships.some(({ group }) => group.mayShare),
    ),
    allowsAddresses,
    longestShareDays,
    mostInvites,
  };
}

/** @throws INVITING_NOT_ALLOWED */
export function requireMayInvite({ mayInvite }: OutsideRights): void {
  if (mayInvite) return;
  throw forbidden("INVITING_NOT_ALLOWED", "The policies of your cloud do not let you invite people of other clouds.");
}

/** A share with another cloud: with a contact of its sender or with whoever has a typed address. */
export type OutsideShare = { contactId: string | null; expiresAt: Date | null };

/**
 * Until when such a share may last at most; null: without end.
 *
 * @throws SHARING_OUTSIDE_NOT_ALLOWED, ADDRESSES_NOT_ALLOWED, EXPIRY_TOO_LATE
 */
export function requireMayShare(rights: OutsideRights, { contactId, expiresAt }: OutsideShare): Date | null {
  if (!rights.mayShare) {
    const message = "The policies of your cloud do not let you share with people on other clouds.";
    throw forbidden("SHARING_OUTSIDE_NOT_ALLOWED", message);
  }
  if (!contactId && !rights.allowsAddresses) throw addressesNotAllowed();
  return requireWithinLongest(rights, expiresAt);
}

/**
 * The expiry of a share with another cloud: of one without end, the last that the policies allow.
 *
 * @throws EXPIRY_TOO_LATE
 */
export function requireWithinLongest({ longestShareDays: days }: OutsideRights, expiresAt: Date | null): Date | null {
  const last = days === null ? null : lastExpiry(days);
  if (!last || (expiresAt && expiresAt <= last)) return expiresAt;
  // A day is chosen by its end: the last one is taken, and ends when it must.
  if (expiresAt === null || expiresAt.getTime() < last.getTime() + DAY) return last;
  const message = `On your cloud a share with another cloud lasts ${days} days at most. Choose an earlier day.`;
  throw invalid("EXPIRY_TOO_LATE", message, { fields: [{ name: "expiresAt", message }] });
}

const DAY = 86_400_000;

/** When a share ends that lasts so many days from now, in whole seconds. */
export const lastExpiry = (days: number, now = Date.now()): Date =>
  new Date(Math.floor(now / 1000) * 1000 + days * DAY);

const addressesNotAllowed = (): AppError =>
  forbidden(
    "ADDRESSES_NOT_ALLOWED",
    "On your cloud one shares with contacts only, not with typed cloud addresses. Invite this person first.",
  );
