import { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import type { Heard, Proof } from "@/lib/core/proof";
import { limit } from "@/lib/limits/limit";
import { formatOcmAddress, parseOcmAddress } from "@/lib/protocol/ocm/address";
import { cleanDisplayName } from "@/lib/protocol/ocm/text";
import type { OcmNotification } from "@/lib/protocol/ocm/wire";
import { hearReshareCut } from "@/lib/sharing/received/reshare-cut";
import { findBranchRecipient, lockParent, type ParentKey } from "@/lib/sharing/sent/branch-parties";
import { addBranch, changeBranch, endBranch, type Parent, requireWithin } from "@/lib/sharing/sent/branches";
import type { ShareRole } from "@/prisma/generated/client";

/** What comes with all three. `permission` is the number of older clouds, of which 2 lets change. */
const Reshare = z.object({
  shareWith: z.string().max(1024).optional(),
  shareWithDisplayName: z.string().max(1024).transform(cleanDisplayName).optional(),
  permissions: z.array(z.string().max(64)).max(32).optional(),
  permission: z.int().nonnegative().optional(),
});
const MAY_CHANGE = 2;

/**
 * The receiver of a share has its owner share it with somebody else, changes what that one may do, or ends it. It is
 * named by the share between the two clouds with `shareWith`, or by its own `providerId`. Returns what is to be done in
 * the transaction that remembers the answer.
 *
 * @throws SHARE_UNKNOWN, NOTIFICATION_INVALID (400), TOO_MANY_REQUESTS, and what `findBranchRecipient` and `addBranch` throw
 * @see OCM, "Notification" REQUEST_RESHARE, RESHARE_CHANGE_PERMISSION, RESHARE_UNDO
 */
export async function receiveReshare(
  { siteId, provider, proof }: Heard & { siteId: string },
  { notificationType, providerId, notification }: OcmNotification,
): Promise<(tx: Tx) => Promise<void>> {
  const told = Reshare.safeParse(notification ?? {});
  if (!told.success) throw incomplete();
  const which = { siteId, provider };
  const about = { ...which, providerId };
  if (
    notificationType === "RESHARE_UNDO" &&
    (await db().receivedShare.count({ where: { ...about, state: "accepted" } }))
  ) {
    const cut = spelt(told.data.shareWith ?? "");
    return async (tx) => void (await hearReshareCut(tx, { ...about, proof }, cut));
  }
  const { id, shareWith } = await findNamed(which, providerId, told.data.shareWith);
  const key = { ...which, id };
  const parent = await requireParent(db(), key, proof);
  const role = roleIn(told.data);
  if (notificationType === "REQUEST_RESHARE") {
    requireWithin(parent, role);
    await limit({ siteId, key: `reshares:${id}`, max: 100, seconds: 3600 });
    const branch = {
      recipient: await findBranchRecipient(parent, shareWith),
      role,
      shareWith,
      name: told.data.shareWithDisplayName,
    };
    return async (tx) => addBranch(tx, await requireParent(tx, key, proof), branch);
  }
  if (notificationType === "RESHARE_UNDO") {
    return async (tx) => {
      if (!(await endBranch(tx, await requireParent(tx, key, proof), shareWith))) throw unknownShare();
    };
  }
  return async (tx) => changeBranch(tx, await requireParent(tx, key, proof), shareWith, role);
}

/** The id of the share between the two clouds, and who has it through that. */
async function findNamed({ siteId, provider }: { siteId: string; provider: string }, id: string, shareWith?: string) {
  const branch = isId(id)
    ? await db().sentShare.findFirst({
        where: { siteId, id, reshareOf: { provider } },
        select: { reshareOfId: true, shareWith: true },
      })
    : null;
  if (branch?.reshareOfId) return { id: branch.reshareOfId, shareWith: branch.shareWith };
  if (!shareWith) throw incomplete();
  return { id, shareWith: spelt(shareWith) };
}

async function requireParent(tx: Pick<Tx, "$queryRaw">, key: ParentKey, proof: Proof): Promise<Parent> {
  const parent = await lockParent(tx, key);
  if (!parent) throw unknownShare();
  return { ...parent, proof };
}

function roleIn({ permissions, permission = 0 }: z.infer<typeof Reshare>): ShareRole {
  return permissions?.includes("write") || (permission & MAY_CHANGE) !== 0 ? "editor" : "viewer";
}

const incomplete = () => invalid("NOTIFICATION_INVALID", "It does not say with whom, or what may be done.");
const unknownShare = () => invalid("SHARE_UNKNOWN", "No such share is known between these clouds.");

/** As addresses are spelt here. */
const spelt = (shareWith: string) => formatOcmAddress(parseOcmAddress(shareWith));
