import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import type { Describer, Description } from "@/lib/delivery/deliver";
import { describeNotification, untilBegun } from "@/lib/delivery/notification";
import { wantDelivered } from "@/lib/delivery/outbox";
import { touchTopic } from "@/lib/notices/live";
import { notify } from "@/lib/notices/notices";
import { permissionsOf } from "@/lib/sharing/internal/permissions";
import { sharesOnWhole } from "@/lib/trust/shares-on-whole";
import type { ReceivedShare, Reshare, ShareRole } from "@/prisma/generated/client";

/** What the owner's cloud has made of a request already. */
const HAS_IT = [409];
/** It does not know the share any more, or no such change. At anything else it has refused the change. */
const KNOWS_NO_CHANGE = [404, 501];

/** What the owner's cloud should hear of a re-share now: that it is asked for, changed or ended. */
export const describeReshare: Describer = async (siteId, id) => {
  const row = await db().reshare.findUnique({ where: { siteId_id: { siteId, id } }, include: { receivedShare: true } });
  if (row?.receivedShare.state !== "accepted") return null; // with the share all of it ends there
  const { receivedShare: share, ...reshare } = row;
  const whole = await sharesOnWhole(siteId, share.provider);
  if (reshare.endedAt) {
    if (whole && reshare.ownersId === null) await tellMayBeThere(share, reshare);
    if (whole) return reshare.ownersId ? describeEndOfWhole(share, reshare, whole.undoneAt(reshare.ownersId)) : null;
    return reshare.askedAt && describeEnd(share, reshare, reshare.askedAt);
  }
  if (reshare.toldRole === null)
    return whole ? describeRequestForWhole(share, reshare) : describeRequest(share, reshare);
  if (whole || reshare.toldRole === reshare.role) return null;
  return { ...describe(share, reshare, "RESHARE_CHANGE_PERMISSION"), alsoDone: KNOWS_NO_CHANGE };
};

/** Written down before each try: if this process dies after the request left, a later end is still told. */
async function describeRequest(share: ReceivedShare, reshare: Reshare): Promise<Description> {
  const { siteId, id } = reshare;
  await db().reshare.updateMany({ where: { siteId, id }, data: { askedAt: new Date() } });
  const { call, ...rest } = describe(share, reshare, "REQUEST_RESHARE");
  return { ...rest, call, alsoDone: HAS_IT, notYet: [] };
}

function describeEnd(share: ReceivedShare, reshare: Reshare, askedAt: Date): Description {
  const end = describe(share, reshare, "RESHARE_UNDO");
  return reshare.toldRole === null ? untilBegun(end, askedAt) : end;
}

/** What older clouds answer to a request; each of the two names of the token is in use. */
const Answered = z.object({
  providerId: z.union([z.string().min(1).max(255), z.int().nonnegative().transform(String)]),
  token: z.string().min(1).max(1024).optional(),
  sharedSecret: z.string().min(1).max(1024).optional(),
});

/** Under our id for it, by which they tell of it. They do not know a second try of the first: it may fail though it is there. */
async function describeRequestForWhole(share: ReceivedShare, reshare: Reshare): Promise<Description> {
  const { siteId, id, shareWith } = reshare;
  await db().reshare.updateMany({ where: { siteId, id }, data: { askedAt: new Date() } });
  const outcome = withOutcome(share, reshare);
  const fail = async (tx: Tx, failure: { sentence: string; hasGivenUp: boolean }) => {
    // All that there is to say of it is said now.
    if (failure.hasGivenUp) await tx.reshare.updateMany({ where: { siteId, id }, data: { askedAt: null } });
    await outcome.onFailed?.(tx, failure);
  };
  const { call } = describeNotification(knownAs(share), "REQUEST_RESHARE", {
    shareWith,
    senderId: id,
    shareType: "user",
  });
  return {
    call,
    async onDelivered(tx, answer) {
      const { providerId: ownersId, token, sharedSecret } = Answered.safeParse(answer.json).data ?? {};
      const given = token ?? sharedSecret;
      if (!ownersId || !given) return fail(tx, { sentence: onlyTheOwner(share), hasGivenUp: true });
      const data = { ownersId, tokenEncrypted: encryptSecret("share-secret", given) };
      await tx.reshare.updateMany({ where: { siteId, id }, data });
      await outcome.onDelivered?.(tx, answer);
    },
    async onFailed(tx, { sentence, hasGivenUp }) {
      // An earlier try may have arrived, and its answer been lost.
      const isTriedAgain = reshare.askedAt !== null;
      await fail(tx, { hasGivenUp, sentence: isTriedAgain ? `${sentence} ${onlyTheOwner(share)}` : sentence });
    },
  };
}

/**
 * Once, to whoever ended what may be there at the owner's cloud all the same, whose answer to the request for it never came:
 * nothing names it there.
 */
async function tellMayBeThere(share: ReceivedShare, reshare: Reshare): Promise<void> {
  const { siteId, id } = reshare;
  await db().$transaction(async (tx) => {
    const { count } = await tx.reshare.updateMany({
      where: { siteId, id, askedAt: { not: null }, ownersId: null, endedAt: { not: null } },
      data: { askedAt: null },
    });
    if (count > 0) await tellFailed(tx, share, reshare, { keptRole: "unknown", reason: onlyTheOwner(share) });
  });
}

const onlyTheOwner = ({ provider, senderName }: ReceivedShare) =>
  `It may be there all the same: ${provider} did not say by what name to end it, so only ${senderName} can.`;

/**
 * By what the owner's cloud calls it: by the id of the share itself it would end that. Before each try it is written down
 * that nothing is confirmed any more: if the answer is lost, it may have ended there.
 */
function describeEndOfWhole(share: ReceivedShare, reshare: Reshare, to: string): Description {
  const { siteId, id, tokenEncrypted, endedAt } = reshare;
  const token = tokenEncrypted === null ? "" : decryptSecret("share-secret", tokenEncrypted);
  const form = async () => {
    await db().reshare.updateMany({ where: { siteId, id }, data: { toldRole: null } });
    return { token };
  };
  return {
    call: { to, form },
    async onDelivered(tx) {
      // Meanwhile it may have been let go on here.
      await tx.reshare.updateMany({ where: { siteId, id }, data: { endedAt } });
      await touchTopic(tx, siteId, [share.receiverId], "shares-received");
    },
    onFailed: withOutcome(share, reshare).onFailed,
  };
}

/**
 * Where its end was refused, or was not told before it was given up, it goes on here as it does there. After a try whose
 * answer was lost that is unknown: they would refuse to end once more what has ended.
 */
async function failToEnd(tx: Tx, share: ReceivedShare, reshare: Reshare, reason: string): Promise<void> {
  const { siteId, id, role, receivedShareId, shareWith, toldRole } = reshare;
  if (toldRole === null)
    return tellFailed(tx, share, reshare, { keptRole: "unknown", reason: `${reason} ${onlyTheOwnerSees(share)}` });
  // Nobody shares it on with the same person meanwhile.
  await tx.$queryRaw`SELECT FROM "ReceivedShare" WHERE "siteId" = ${siteId}::uuid AND id = ${receivedShareId}::uuid FOR UPDATE`;
  const isAskedAnew = await tx.reshare.count({ where: { siteId, receivedShareId, shareWith, endedAt: null } });
  const data = { endedAt: null, toldRole: role };
  if (!isAskedAnew) await tx.reshare.updateMany({ where: { siteId, id }, data });
  await tellFailed(tx, share, reshare, { keptRole: role, reason });
}

const onlyTheOwnerSees = ({ provider, senderName }: ReceivedShare) =>
  `It may be there all the same: ${provider} was told to end it, and did not say that it has. Only ${senderName} can see that.`;

const knownAs = ({ siteId, resourceType, providerId, shareWith: grantee, secretEncrypted }: ReceivedShare) => ({
  ...{ siteId, resourceType, providerId, grantee, secretEncrypted },
});

function describe(share: ReceivedShare, reshare: Reshare, type: string): Description {
  const { shareWith, role, endedAt } = reshare;
  // Opaque to the owner, unless he is told who that is.
  const shareWithDisplayName = reshare.name === shareWith ? undefined : reshare.name;
  const notification = { shareWith, shareWithDisplayName, ...(!endedAt && { permissions: permissionsOf({ role }) }) };
  return { ...describeNotification(knownAs(share), type, notification), ...withOutcome(share, reshare) };
}

/** What is written down, and whom it is told, once the owner's cloud has heard of a re-share or could not be told. */
export function withOutcome(share: ReceivedShare, reshare: Reshare): Pick<Description, "onDelivered" | "onFailed"> {
  const { siteId, id, role, toldRole, endedAt, ownersId } = reshare;
  const { receiverId, provider } = share;
  return {
    async onDelivered(tx) {
      await tx.reshare.updateMany({ where: { siteId, id }, data: { toldRole: role } });
      await touchTopic(tx, siteId, [receiverId], "shares-received");
    },
    async onFailed(tx, { sentence: reason, hasGivenUp }) {
      if (!hasGivenUp) return;
      if (endedAt) return ownersId === null ? undefined : failToEnd(tx, share, reshare, reason);
      if (toldRole === null) {
        // It can be asked for anew; and should the owner's cloud have it all the same, it ends there.
        await tx.reshare.updateMany({ where: { siteId, id }, data: { endedAt: new Date() } });
        await wantDelivered(tx, { siteId, provider, subjectKind: "reshare", subjectId: id });
      } else await tx.reshare.updateMany({ where: { siteId, id, role }, data: { role: toldRole } });
      await tellFailed(tx, share, reshare, { keptRole: toldRole, reason });
    },
  };
}

type NotChanged = { keptRole: ShareRole | "unknown" | null; reason: string };

function tellFailed(tx: Tx, share: ReceivedShare, { siteId, id, name: whom }: Reshare, what: NotChanged) {
  const { receiverId, name: resource, provider, senderName: name } = share;
  const failed = { shareId: id, receivedShareId: share.id, resource, name, provider, whom, ...what };
  return notify(tx, siteId, receiverId, "reshare-failed", failed, ["shares-received"]);
}
