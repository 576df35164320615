import { recordAudit } from "@/lib/audit/record";
import { db, onDuplicate, type Tx } from "@/lib/core/db";
import { conflict, invalid, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { wantDelivered } from "@/lib/delivery/outbox";
import { touchTopic } from "@/lib/notices/live";
import { inBatches } from "@/lib/sharing/internal/in-batches";
import { noSuchOffer } from "@/lib/sharing/received/received-shares";
import { type ReshareInput, ReshareView } from "@/lib/sharing/schema";
import { findBranchRecipient, lockParent } from "@/lib/sharing/sent/branch-parties";
import { addBranch, changeBranch, endBranch, requireWithin } from "@/lib/sharing/sent/branches";
import { type FoundRecipient, findRecipient } from "@/lib/sharing/sent/recipient";
import { getSite } from "@/lib/sites/sites";
import { sharesOnWhole } from "@/lib/trust/shares-on-whole";
import type { Prisma, ReceivedShare, Reshare, SentShare, ShareRole } from "@/prisma/generated/client";

/**
 * Has the owner of a received share give it to somebody else as well. On another cloud the owner's cloud is asked by the
 * outbox; it makes the share and may refuse.
 *
 * @throws SHARE_NOT_FOUND, RESHARE_BEYOND_RIGHTS, RESHARE_ROLE_FIXED, RECIPIENT_NOT_FOUND, SHARE_WITH_SELF, SHARE_WITH_OWNER,
 *   OCM_ADDRESS_INVALID, SHARE_ALREADY_SENT
 */
export async function reshare(user: UserPrincipal, receivedShareId: string, input: ReshareInput): Promise<ReshareView> {
  const { siteId, userId } = user;
  const share = await getShareable(user, receivedShareId);
  const { role, recipient } = input;
  requireWithin(share, role);
  await requireRoleGiven(share, role);
  const { shareWith, recipientName: name, contactId } = await findRecipient(await getSite(siteId), user, recipient);
  if (contactId !== null && contactId === share.contactId) {
    throw invalid("SHARE_WITH_OWNER", `It is ${name} who shares it with you.`);
  }
  const found = share.provider ? null : await findForOwner(share, shareWith);
  const made = await db().$transaction(async (tx) => {
    const created = await tx.reshare
      .create({ data: { siteId, receivedShareId: share.id, contactId, shareWith, name, role } })
      .catch(onDuplicate("SHARE_ALREADY_SENT", `It is already shared with ${name}.`));
    await tell(
      tx,
      share,
      created,
      async (parent) => found && addBranch(tx, parent, { recipient: found, role, shareWith, name }),
    );
    await audit(tx, share, "reshare-asked", { shareWith, role });
    await touchTopic(tx, siteId, [userId], "shares-received");
    return created;
  });
  return viewReshare(share, made);
}

/** With whom one has had a received share given. @throws SHARE_NOT_FOUND */
export async function listReshares(user: UserPrincipal, receivedShareId: string): Promise<ReshareView[]> {
  const { siteId } = user;
  const share = await getReceived(user, receivedShareId);
  const where = { siteId, receivedShareId: share.id, endedAt: null };
  const rows = await db().reshare.findMany({ where, orderBy: { id: "asc" }, take: 200 });
  return rows.map((row) => viewReshare(share, row));
}

/** Changes what that one may do. @throws SHARE_NOT_FOUND, RESHARE_NOT_FOUND, RESHARE_BEYOND_RIGHTS, RESHARE_ROLE_FIXED */
export async function updateReshare(user: UserPrincipal, which: ReshareKey, role: ShareRole): Promise<ReshareView> {
  const share = await getShareable(user, which.receivedShareId);
  requireWithin(share, role);
  await requireRoleGiven(share, role);
  return change(user, which, { role }, (tx, parent, { shareWith }) => changeBranch(tx, parent, shareWith, role));
}

/** Ends what that one has through this person. @throws SHARE_NOT_FOUND, RESHARE_NOT_FOUND */
export async function endReshare(user: UserPrincipal, which: ReshareKey): Promise<void> {
  await change(user, which, { endedAt: new Date() }, (tx, parent, { shareWith }) => endBranch(tx, parent, shareWith));
}

/** Ends what removed contacts have through our people: they have it by the address that ended with the contact. */
export async function endResharesTo(which: Pick<Prisma.ReshareWhereInput, "contact"> & Owned): Promise<void> {
  const live = { ...which, endedAt: null };
  const rows = await db().reshare.findMany({ where: live, select: { id: true } });
  await inBatches(rows, async (tx, id) => {
    const data = { endedAt: new Date() };
    for (const row of await tx.reshare.updateManyAndReturn({ where: { ...live, id }, data })) {
      const { siteId, receivedShareId } = row;
      const share = await tx.receivedShare.findUniqueOrThrow({ where: { siteId_id: { siteId, id: receivedShareId } } });
      // One that has ended meanwhile has taken its branches with it.
      const isOpen = share.provider || (await lockParent(tx, { siteId, provider: "", id: share.providerId }));
      if (isOpen) await tell(tx, share, row, (parent) => endBranch(tx, parent, row.shareWith));
      await touchTopic(tx, siteId, [share.receiverId], "shares-received");
    }
  });
}
type Owned = { siteId: string; contactId: string };

export type ReshareKey = { receivedShareId: string; reshareId: string };
type Act = (tx: Tx, parent: SentShare, reshare: Reshare) => Promise<unknown>;

async function change(user: UserPrincipal, which: ReshareKey, data: Partial<Reshare>, act: Act): Promise<ReshareView> {
  const { siteId, userId } = user;
  const share = await getReceived(user, which.receivedShareId);
  const { reshareId: id } = which;
  const changed = await db().$transaction(async (tx) => {
    const live = { siteId, id, receivedShareId: share.id, endedAt: null };
    const [row] = isId(id) ? await tx.reshare.updateManyAndReturn({ where: { ...live, siteId }, data }) : [];
    if (!row) throw notFound("RESHARE_NOT_FOUND", "It is not shared with them through you.");
    await tell(tx, share, row, (parent) => act(tx, parent, row));
    await audit(tx, share, data.endedAt ? "reshare-ended" : "reshare-changed", { shareWith: row.shareWith });
    await touchTopic(tx, siteId, [userId], "shares-received");
    return row;
  });
  return viewReshare(share, changed);
}

/** Some clouds give on all that the share grants, whatever they are asked for. */
async function requireRoleGiven({ siteId, provider, role: own }: ReceivedShare, role: ShareRole): Promise<void> {
  if (role === own || !provider || !(await sharesOnWhole(siteId, provider))) return;
  throw invalid("RESHARE_ROLE_FIXED", `${provider} can only give on all that you may do with it: choose “Can edit”.`);
}

/** Whom the owner, who is on this site too, would share it with. @throws SHARE_ENDED, and what `findBranchRecipient` throws */
async function findForOwner({ siteId, providerId: id }: ReceivedShare, shareWith: string): Promise<FoundRecipient> {
  const parent = await db().sentShare.findUnique({ where: { siteId_id: { siteId, id } } });
  if (!parent) throw ended();
  return findBranchRecipient(parent, shareWith);
}

/** The owner is on this site, or his cloud is told. */
async function tell(tx: Tx, share: ReceivedShare, row: Reshare, here: (parent: SentShare) => Promise<unknown>) {
  const { siteId, provider, providerId } = share;
  if (provider) return wantDelivered(tx, { siteId, provider, subjectKind: "reshare", subjectId: row.id });
  const parent = await lockParent(tx, { siteId, provider, id: providerId });
  if (!parent) throw ended();
  await here(parent);
}

function viewReshare({ provider }: ReceivedShare, row: Reshare): ReshareView {
  const isToldOf = provider === "" || row.toldRole !== null;
  const waiting = isToldOf ? "delivered" : "asked";
  return ReshareView.parse({ ...row, state: row.answer === "pending" ? waiting : row.answer });
}

const ended = () => conflict("SHARE_ENDED", "This share has ended.");

async function getReceived({ siteId, userId }: UserPrincipal, id: string): Promise<ReceivedShare> {
  const where = { siteId, id, receiverId: userId, state: "accepted" as const };
  const share = isId(id) ? await db().receivedShare.findFirst({ where }) : null;
  if (!share) throw noSuchOffer();
  return share;
}

async function getShareable(user: UserPrincipal, id: string): Promise<ReceivedShare> {
  const share = await getReceived(user, id);
  if (share.expiresAt && share.expiresAt <= new Date()) throw noSuchOffer();
  return share;
}

const audit = (tx: Tx, { siteId, id, receiverId }: ReceivedShare, action: string, detail: Record<string, string>) =>
  recordAudit(tx, siteId, { actor: `user:${receiverId}`, action, subject: `received-share:${id}`, detail });
