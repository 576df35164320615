import type { UserPrincipal } from "@/lib/core/principal";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { type Drive, drive } from "./drive";

/**
 * All that a person can reach, for whoever is about to open something: what was received looks as its own cloud has it
 * now, not as it was last seen. Asks that cloud where `drive` does not.
 */
export function openedDrive(user: UserPrincipal, tree = drive(user)): Drive {
  return {
    ...tree,
    stat: async (path) => {
      const entry = await tree.stat(path);
      const { id, name, mediaType, receivedShareId } = entry;
      if (!receivedShareId) return entry;
      const seen = await (await receivedTree(user, receivedShareId)).stat([]);
      return { ...seen, id, name, mediaType, receivedShareId };
    },
  };
}
