import { randomBytes } from "node:crypto";
import { db, type Tx } from "@/lib/core/db";
import { type AppError, conflict, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { hashSecret } from "@/lib/core/secrets";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import type { InviteAcceptedRequest, InviteAcceptedResponse } from "@/lib/protocol/ocm/wire";
import type { FirstAnswer, RememberAnswer } from "@/lib/trust/seen-signatures";
import type { Contact, Invite, User } from "@/prisma/generated/client";
import { findLiveInvite, spent } from "./invites";
import { saveContact } from "./save-contact";

type Acceptance = Pick<InviteAcceptedRequest, "token" | "userID" | "email" | "name">;
type Peer = { provider: string };

/** An identifier for one contact: it tells nothing and links to nothing. */
export const newIdentifier = () => randomBytes(16).toString("hex");

/**
 * A person of another cloud accepts an invite of ours: both become contacts, and the inviter is told. Of several at
 * once one wins. The same person's second try is answered 409 with the identity, so that a lost answer does no harm.
 *
 * @throws INVITE_UNKNOWN, INVITE_EXPIRED, INVITE_REVOKED (400), INVITE_ALREADY_ACCEPTED (409: by somebody else)
 * @see OCM, "Invite Acceptance Request"
 */
export async function receiveAcceptance(
  siteId: string,
  peer: Peer,
  acceptance: Acceptance,
  remember: RememberAnswer,
): Promise<FirstAnswer> {
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
  { provider }: Peer,
  { token, userID, email, name }: Acceptance,
): Promise<FirstAnswer | null> {
  const invite = await findLiveInvite(tx, siteId, token);
  if (!invite) return null;
  const { tokenHash, inviter } = invite;
  const { count } = await tx.invite.updateMany({
    where: { siteId, id: invite.id, tokenHash },
    data: { ...spent(invite), usedAt: new Date() },
  });
  if (count === 0) return null;

  const userId = inviter.id;
  const made = { siteId, userId, provider, identifier: userID, ourIdentifier: newIdentifier(), name, mail: email };
  const contact = await saveContact(tx, made);
  await tx.invite.updateMany({ where: { siteId, id: invite.id }, data: { usedById: contact.id } });
  await notify(tx, siteId, userId, "invite-used", { contactId: contact.id, name: contact.displayName, provider });
  await touchTopic(tx, siteId, [userId], "invites");
  return { status: 200, body: identityOf(inviter, contact) };
}

async function answerAgain(
  tx: Tx,
  siteId: string,
  { provider }: Peer,
  { token, userID }: Acceptance,
): Promise<FirstAnswer> {
  const hash = hashSecret("invite", token);
  const invite = await tx.invite.findFirst({
    where: { siteId, OR: [{ spentTokenHash: hash }, { tokenHash: hash }] },
    include: { usedBy: true, inviter: { omit: { passwordHash: true } } },
  });
  if (!invite || invite.inviter.disabledAt) throw unknown();
  const { usedBy, inviter } = invite;
  if (!usedBy) throw whyDead(invite);
  const isSamePerson = usedBy.provider === provider && usedBy.identifier === userID && !usedBy.removedAt;
  if (!isSamePerson) throw conflict("INVITE_ALREADY_ACCEPTED", "Somebody else has already used this invite.");
  return { status: 409, body: { message: "INVITE_ALREADY_ACCEPTED", ...identityOf(inviter, usedBy) } };
}

function identityOf(inviter: Pick<User, "displayName" | "mail">, contact: Contact): InviteAcceptedResponse {
  return { userID: contact.ourIdentifier, email: inviter.mail ?? "", name: inviter.displayName };
}

/** Whoever holds the token of a dead invite may know what became of it: nobody can guess one. */
function whyDead({ revokedAt, expiresAt }: Invite): AppError {
  if (revokedAt) return invalid("INVITE_REVOKED", "This invite was revoked.");
  if (expiresAt <= new Date()) return invalid("INVITE_EXPIRED", "This invite has expired.");
  return unknown();
}

const unknown = () => invalid("INVITE_UNKNOWN", "There is no such invite.");
