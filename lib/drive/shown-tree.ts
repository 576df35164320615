import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import type { Tree } from "@/lib/files/tree";
import type { KnownOptions } from "@/lib/sharing/received/known/known-tree";
import { lastKnownTree } from "@/lib/sharing/received/received-tree";

type Shown = Pick<Tree, "stat" | "list">;

/** So long a share that was judged is not judged again: a program may take its time with what is in a large folder. */
const JUDGED_FOR_MS = 5_000;

/** All that a person can reach, for whoever looks at it: what is on another cloud as it was last known here. */
export function shownTree(user: UserPrincipal, options: KnownOptions = {}): Shown {
  const opened = new Map<string, { tree: Promise<Tree>; until: number }>();
  const open = (receivedShareId: string) => {
    const present = opened.get(receivedShareId);
    if (present && Date.now() < present.until) return present.tree;
    const tree = lastKnownTree(user, receivedShareId, options);
    opened.set(receivedShareId, { tree, until: Date.now() + JUDGED_FOR_MS });
    return tree;
  };
  return ownTree(user, { openMount: open });
}

/** A program that comes once an hour is to see what is there now, if that can be had so soon. */
const PATIENCE_MS = 1_500;

/**
 * The same for programs, which look again and again and hold what they see against what they have: also where a received
 * share stands, it looks as its cloud last said, and what has not been looked at for a minute is first asked for.
 */
export function programsTree(user: UserPrincipal): Shown {
  const options = { patienceMs: PATIENCE_MS };
  const { stat, list } = shownTree(user, options);
  return {
    list,
    stat: async (path) => {
      const entry = await stat(path);
      const { id, name, mediaType, receivedShareId } = entry;
      if (!receivedShareId) return entry;
      const seen = await (await lastKnownTree(user, receivedShareId, options)).stat([]);
      return { ...seen, id, name, mediaType, receivedShareId };
    },
  };
}
