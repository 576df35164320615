import { notFound } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import type { Tree } from "@/lib/files/tree";

/** The tree of a share that this person received. @throws SHARE_NOT_FOUND */
export async function openReceived(_user: UserPrincipal, _receivedShareId: string): Promise<Tree> {
  throw notFound("SHARE_NOT_FOUND", "There is no such share.");
}
