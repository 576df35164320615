import type { Role } from "@/lib/core/principal";
import { nodeTree } from "./internal/node-tree";
import type { StillAllowed, Tree } from "./tree";

/**
 * What is shared of a person's tree: one node, as the root, and what is below it. Of a shared file the empty path is
 * the file. New bytes count to the owner, and what is deleted goes to the owner's trash.
 * Every function also throws SHARE_SUSPENDED (503) while the node or a folder above it is in the trash.
 */
export function subtree(
  share: { siteId: string; ownerId: string; nodeId: string; role: Role; holder: string },
  stillAllowed?: StillAllowed,
): Tree {
  const { siteId, ownerId, nodeId, role, holder } = share;
  return nodeTree({ siteId, ownerId, rootId: nodeId, canWrite: role === "editor", writer: holder, stillAllowed });
}
