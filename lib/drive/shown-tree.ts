import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import { lastKnownTree } from "@/lib/sharing/received/received-tree";

/** `mayWait`: also for another cloud, where nothing is known yet of what it has. */
export type ShownOptions = { mayWait?: boolean };

/** All that a person can reach, for whoever looks at it: what is on another cloud as it was last known here. */
export function shownTree(user: UserPrincipal, options: ShownOptions = {}): Pick<Tree, "stat" | "list"> {
  return ownTree(user, { openMount: (receivedShareId) => lastKnownTree(user, receivedShareId, options) });
}
