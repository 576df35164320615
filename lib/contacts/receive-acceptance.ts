import { recordHeard } from "@/lib/audit/record";
import { db, type Tx } from "@/lib/core/db";
import { type AppError, conflict, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { Heard } from "@/lib/core/proof";
import { hashSecret } from "@/lib/core/secrets";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import type { InviteAcceptedRequest, InviteAcceptedResponse } from "@/lib/protocol/ocm/wire";
import type { FirstAnswer, RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Contact, Invite, User } from "@/prisma/generated/client";
import { findLiveInvite, spent } from "./invites";
import { connectionOf, findKnownContact, newIdentifier } from "./known-as";
import { saveContact } from "./save-contact";

type Acceptance = Pick<InviteAcceptedRequest, "token" | "userID" | "email" | "name" | "knownAs">;
type Peer = Heard & { isVerified: boolean };

/**
 * A person of another cloud accepts an invite of ours: both become contacts, unless the inviter has him as one under
 * an identifier of `knownAs`, and the inviter is told. Of several at once one wins. The same person's second try is
 * answered 409 with the identity, so that a lost answer does no harm.
 *
 * @throws INVITE_UNKNOWN, INVITE_EXPIRED, INVITE_REVOKED (400), INVITE_ALREADY_ACCEPTED (409: by somebody else)
 * @see OCM, "Invite Acceptance Request"
 */
export async function receiveAcceptance(
  siteId: string,
  peer: Peer,
  told: Acceptance,
  remember: RememberAnswer,
): Promise<FirstAnswer> {
  const acceptance = peer.isVerified ? told : { ...told, knownAs: [] };
  const answer = await db().$transaction(async (tx) => {
    const answer = (await useInvite(tx, siteId, peer, acceptance)) ?? (await answerAgain(tx, siteId, peer, acceptance));
    await remember(tx, answer);
    return answer;
  });
  logger("contacts").info({ siteId, provider: peer.provider, status: answer.status }, "invite accepted");
  return answer;
}

/** Null when the token opens nothing (any more). */
async function useInvite(
  tx: Tx,
  siteId: string,
  peer: Peer,
  { token, userID, email, name, knownAs }: Acceptance,
): Promise<FirstAnswer | null> {
  const invite = await findLiveInvite(tx, siteId, token);
  if (!invite) return null;
  const { provider, isVerified, proof } = peer;
  const { tokenHash, inviter } = invite;
  const { count } = await tx.invite.updateMany({
    where: { siteId, id: invite.id, tokenHash },
    data: { ...spent(invite), usedAt: new Date() },
  });
  if (count === 0) return null;

  const userId = inviter.id;
  const known = await findKnownContact(tx, { siteId, userId, provider, identifiers: [userID, ...knownAs] });
  // Without a signature anybody could say that he is the contact, and learn by what identifier that one knows us.
  if (known && !known.removedAt && !isVerified) throw usedByAnother();
  // Whoever is known already keeps both identifiers: shares and their offers speak of them.
  const kept = isVerified ? known : null;
  const { identifier, ourIdentifier } = kept ?? { identifier: userID, ourIdentifier: newIdentifier() };
  const names = { identifier, ourIdentifier, name, mail: email, connection: connectionOf(token) };
  await recordHeard(tx, siteId, peer, { action: "invite-used", subject: `invite:${invite.id}` });
  const by = { actor: `provider:${provider}`, detail: { by: "our invite", ...proof } };
  const contact = await saveContact(tx, { siteId, userId, provider, ...names }, by);
  await tx.invite.updateMany({ where: { siteId, id: invite.id }, data: { usedById: contact.id } });
  await notify(tx, siteId, userId, "invite-used", { contactId: contact.id, name: contact.displayName, provider });
  await touchTopic(tx, siteId, [userId], "invites");
  return { status: 200, body: identityOf(inviter, contact, userID) };
}

async function answerAgain(
  tx: Tx,
  siteId: string,
  { provider }: Peer,
  { token, userID, knownAs }: Acceptance,
): Promise<FirstAnswer> {
  const hash = hashSecret("invite", token);
  const invite = await tx.invite.findFirst({
    where: { siteId, OR: [{ spentTokenHash: hash }, { tokenHash: hash }] },
    include: { usedBy: true, inviter: { omit: { passwordHash: true } } },
  });
  if (!invite || invite.inviter.disabledAt) throw unknown();
  const { usedBy, inviter } = invite;
  if (!usedBy) throw whyDead(invite);
  const isCalledSo = [userID, ...knownAs].includes(usedBy.identifier);
  const isSamePerson = usedBy.provider === provider && isCalledSo && !usedBy.removedAt;
  if (!isSamePerson) throw usedByAnother();
  return { status: 409, body: { message: "INVITE_ALREADY_ACCEPTED", ...identityOf(inviter, usedBy, userID) } };
}

/** `knownAs` for whoever is known by another identifier than the one he told now. */
function identityOf(
  { displayName: name, mail }: Pick<User, "displayName" | "mail">,
  { ourIdentifier, identifier }: Contact,
  told: string,
): InviteAcceptedResponse {
  return { userID: ourIdentifier, email: mail ?? "", name, ...(identifier !== told && { knownAs: identifier }) };
}

/** Whoever holds the token of a dead invite may know what became of it: nobody can guess one. */
function whyDead({ revokedAt, expiresAt }: Invite): AppError {
  if (revokedAt) return invalid("INVITE_REVOKED", "This invite was revoked.");
  if (expiresAt <= new Date()) return invalid("INVITE_EXPIRED", "This invite has expired.");
  return unknown();
}

const usedByAnother = () => conflict("INVITE_ALREADY_ACCEPTED", "Somebody else has already used this invite.");
const unknown = () => invalid("INVITE_UNKNOWN", "There is no such invite.");
