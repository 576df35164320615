import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { forbidden, invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { Heard, Proof } from "@/lib/core/proof";
import { hashSecret, isSameHash } from "@/lib/core/secrets";
import { limit } from "@/lib/limits/limit";
import { formatOcmAddress, parseOcmAddress } from "@/lib/protocol/ocm/address";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { hearReshareCut } from "@/lib/sharing/received/reshare-cut";
import { type AskedBranch, isAskedToken, nameAsked } from "@/lib/sharing/sent/asked-branches";
import { findBranchRecipient, lockParent, type ParentKey } from "@/lib/sharing/sent/branch-parties";
import { addBranch, changeBranch, endBranch, type Parent, requireWithin } from "@/lib/sharing/sent/branches";
import type { SentShare, ShareRole } from "@/prisma/generated/client";

/**
 * What comes with all three. `permission` is the number of older clouds, of which 2 lets change; `senderId` what they call
 * the branch that they ask for.
 */
const Reshare = z.object({
  shareWith: z.string().max(1024).optional(),
  shareWithDisplayName: z.string().max(1024).transform(cleanDisplayName).optional(),
  permissions: z.array(z.string().max(64)).max(32).optional(),
  permission: z.int().nonnegative().nullish(),
  senderId: z.union([z.string().min(1).max(255), z.int().nonnegative().transform(String)]).nullish(),
  sharedSecret: z.string().max(1024).nullish(),
});
const MAY_CHANGE = 2;

/**
 * The receiver of a share has its owner share it with somebody else, changes what that one may do, or ends it. It is
 * named by the share between the two clouds with `shareWith`, or by its own `providerId`. Returns what is to be done in
 * the transaction that remembers the answer, and gives what the sender is answered.
 *
 * @throws SHARE_UNKNOWN, NOTIFICATION_INVALID (400), SHARED_SECRET_WRONG (403), TOO_MANY_REQUESTS, and what `findBranchRecipient` and `addBranch` throw
 * @see OCM, "Notification" REQUEST_RESHARE, RESHARE_CHANGE_PERMISSION, RESHARE_UNDO
 */
export async function receiveReshare(
  { siteId, provider, proof }: Heard & { siteId: string },
  { notificationType, providerId, notification }: OcmNotification,
): Promise<(tx: Tx) => Promise<AskedBranch | null>> {
  const told = Reshare.safeParse(notification ?? {});
  if (!told.success) throw incomplete();
  const which = { siteId, provider };
  const about = { ...which, providerId };
  const { senderId, sharedSecret } = told.data;
  if (
    notificationType === "RESHARE_UNDO" &&
    (await db().receivedShare.count({ where: { ...about, state: "accepted" } }))
  ) {
    const cut = spelt(told.data.shareWith ?? "");
    return async (tx) => {
      await hearReshareCut(tx, { ...about, proof }, cut);
      return null;
    };
  }
  const { id, shareWith, branch: named } = await findNamed(which, providerId, told.data.shareWith);
  const key = { ...which, id };
  const parent = await requireParent(db(), key, proof);
  requireToken(named ?? parent, sharedSecret);
  const said = roleIn(told.data);
  const role = said ?? "viewer"; // what is not said is not given: some tell nothing of it
  if (notificationType === "REQUEST_RESHARE") {
    requireWithin(parent, role);
    await limit({ siteId, key: `reshares:${id}`, max: 100, seconds: 3600 });
    const branch = {
      recipient: await findBranchRecipient(parent, shareWith),
      role: said,
      shareWith,
      name: told.data.shareWithDisplayName,
    };
    return async (tx) => {
      const made = await addBranch(tx, await requireParent(tx, key, proof), branch);
      return made && senderId ? nameAsked(tx, made, senderId) : null;
    };
  }
  if (notificationType === "RESHARE_UNDO") {
    return async (tx) => {
      if (!(await endBranch(tx, await requireParent(tx, key, proof), shareWith))) throw unknownShare();
      return null;
    };
  }
  return async (tx) => {
    await changeBranch(tx, await requireParent(tx, key, proof), shareWith, role);
    return null;
  };
}

/** The id of the share between the two clouds, and who has it through that. */
async function findNamed({ siteId, provider }: { siteId: string; provider: string }, id: string, shareWith?: string) {
  const branch = isId(id)
    ? await db().sentShare.findFirst({
        where: { siteId, id, reshareOf: { provider } },
      })
    : null;
  if (branch?.reshareOfId) return { id: branch.reshareOfId, shareWith: branch.shareWith, branch };
  if (!shareWith) throw incomplete();
  return { id, shareWith: spelt(shareWith), branch: null };
}

/** Whoever signs need not say what names a share or a branch between the two clouds, but if he does, it must be that. */
function requireToken(share: SentShare, said: string | null | undefined): void {
  if (said === null || said === undefined || isAskedToken(share, said)) return;
  const { secretHash } = share;
  if (secretHash === null || isSameHash(hashSecret("share-secret", said), secretHash)) return;
  throw forbidden("SHARED_SECRET_WRONG", "It does not name the secret of that share.");
}

async function requireParent(tx: Pick<Tx, "$queryRaw">, key: ParentKey, proof: Proof): Promise<Parent> {
  const parent = await lockParent(tx, key);
  if (!parent) throw unknownShare();
  return { ...parent, proof };
}

/** Null where nothing is said of it. */
function roleIn({ permissions, permission }: z.infer<typeof Reshare>): ShareRole | null {
  if (permissions === undefined && typeof permission !== "number") return null;
  return permissions?.includes("write") || ((permission ?? 0) & MAY_CHANGE) !== 0 ? "editor" : "viewer";
}

const incomplete = () => invalid("NOTIFICATION_INVALID", "It does not say with whom, or what may be done.");
const unknownShare = () => invalid("SHARE_UNKNOWN", "No such share is known between these clouds.");

/** As addresses are spelt here. */
const spelt = (shareWith: string) => formatOcmAddress(parseOcmAddress(shareWith));
