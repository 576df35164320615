import { db, onDuplicate } from "@/lib/core/db";
import { type AppError, conflict, forbidden, peerFailed } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { UserPrincipal } from "@/lib/core/principal";
import { hashSecret } from "@/lib/core/secrets";
import type { PeerAnswer } from "@/lib/delivery/call-provider";
import { getUser } from "@/lib/identity/users";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { InviteAcceptedResponse } from "@/lib/protocol/ocm/wire";
import { getSite } from "@/lib/sites/sites";
import { deadInvite } from "./dead-invite";
import { connectionOf, identifiersAt, newIdentifier } from "./known-as";
import { requireForeign } from "./preview-invite";
import { saveContact } from "./save-contact";
import type { AcceptedInviteView } from "./schema";
import { tellAcceptance } from "./tell-acceptance";
import { viewContact } from "./view";

/**
 * Accepts an invite of another cloud, which is asked while the person waits. The same identifier is told at every try,
 * so trying again after a lost answer makes the contact, and once more changes nothing. Who is a contact already stays
 * that one, if the other cloud can tell.
 *
 * @throws INVITE_IS_OWN, INVITE_OF_SAME_CLOUD, INVITE_UNKNOWN, INVITE_EXPIRED, INVITE_REVOKED, INVITE_USED,
 *   INVITE_ENDED, INVITE_REFUSED, ALREADY_CONNECTED (as another person), PEER_FAILED; what `callProvider` throws
 * @see OCM, "Invite Acceptance Request"
 */
export async function acceptInvite(
  user: UserPrincipal,
  { token, provider: typed }: { token: string; provider: string },
): Promise<AcceptedInviteView> {
  const { siteId, userId } = user;
  const provider = looseProvider(typed);
  const site = await getSite(siteId);
  await requireForeign(user, { token, provider });
  const { displayName: name, mail } = await getUser(siteId, userId);
  const { ourIdentifier: userID, id } = await startAccepting(user, provider, token);
  const knownAs = await identifiersAt(user, provider);

  const message = { recipientProvider: site.provider, token, userID, email: mail ?? "", name };
  const answer = await tellAcceptance(site, provider, message, knownAs);
  const identity = readIdentity(answer);

  const where = { siteId, userId, provider, identifier: identity.userID, removedAt: null };
  const known = await db().contact.findFirst({ where });
  const repeated = answer.status === 409 ? known?.ourIdentifier : undefined;
  // Only what was made for that cloud and this person: it cannot say that he is known as somebody else.
  const ourIdentifier = repeated ?? knownAs.find((one) => one === identity.knownAs) ?? userID;
  const contact = await db()
    .$transaction(async (tx) => {
      const data = { acceptedAt: new Date(), ourIdentifier };
      const accepted = await tx.acceptedInvite.updateManyAndReturn({ where: { siteId, id }, data });
      // The word of the end was faster than the yes: with this row both are one after the other.
      if (accepted[0]?.endedAt)
        throw conflict("INVITE_ENDED", "That person has ended this contact again. Ask for a new invite.");
      const names = { identifier: identity.userID, ourIdentifier, name: identity.name, mail: identity.email };
      const invited = { siteId, userId, provider, ...names, connection: connectionOf(token) };
      return saveContact(tx, invited, { actor: `user:${userId}`, detail: { by: "their invite" } });
    })
    // A cloud that names another person at the second try does not get a second contact.
    .catch(onDuplicate("ALREADY_CONNECTED", "You have already used this invite."));
  logger("contacts").info({ siteId, userId, provider, contactId: contact.id }, "invite accepted at another cloud");
  return { contact: viewContact(contact), wasConnected: known !== null };
}

/** Written before the other cloud is asked: if its answer is lost, the next try says the same. */
async function startAccepting({ siteId, userId }: UserPrincipal, provider: string, token: string) {
  const key = { siteId, userId, provider, tokenHash: hashSecret("invite", token) };
  const data = { ...key, ourIdentifier: newIdentifier(), connection: connectionOf(token) };
  await db().acceptedInvite.createMany({ data, skipDuplicates: true });
  return db().acceptedInvite.findUniqueOrThrow({ where: { siteId_userId_provider_tokenHash: key } });
}

/** A 409 that tells who invited is the answer to a try whose first answer was lost. */
function readIdentity({ status, json }: PeerAnswer): InviteAcceptedResponse {
  const isAnswer = (status >= 200 && status < 300) || status === 409;
  const identity = isAnswer ? InviteAcceptedResponse.safeParse(json) : null;
  if (identity?.success) return identity.data;
  throw refusal(status, (json as { message?: unknown } | undefined)?.message);
}

function refusal(status: number, message: unknown): AppError {
  if (status === 409) return deadInvite("INVITE_USED");
  if (status === 403) return forbidden("INVITE_REFUSED", "That cloud does not accept people from this one.");
  if (status === 400 || status === 404) {
    return deadInvite(message === "INVITE_EXPIRED" || message === "INVITE_REVOKED" ? message : "INVITE_UNKNOWN");
  }
  return peerFailed("PEER_FAILED", "That cloud answered with an error. Try again in a while.");
}
