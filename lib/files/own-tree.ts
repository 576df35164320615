import { nodeTree } from "./internal/node-tree";
import type { StillAllowed, Tree } from "./tree";

type Owner = { siteId: string; userId: string };
type Options = {
  /** The tree of a received share that stands among one's own nodes. Without it, such places lead nowhere. */
  openMount?: (receivedShareId: string) => Promise<Tree>;
  stillAllowed?: StillAllowed;
  /** In its place where a file only gets other content. */
  mayReplace?: StillAllowed;
};

/** All that a person owns, from the root down. Moving and copying stay within it. */
export function ownTree({ siteId, userId }: Owner, options: Options = {}): Tree {
  return nodeTree({ siteId, ownerId: userId, rootId: null, canWrite: true, ...options });
}
