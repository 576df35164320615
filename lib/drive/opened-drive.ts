import type { UserPrincipal } from "@/lib/core/principal";
import { receivedTree } from "@/lib/sharing/received/received-tree";
import { type Drive, drive } from "./drive";

/**
 * All that a person can reach, for whoever is about to open a file of it: a received file looks as its own cloud says
 * now, not as it was last seen. Asks that cloud where `drive` does not.
 */
export function openedDrive(user: UserPrincipal): Drive {
  const tree = drive(user);
  return {
    ...tree,
    stat: async (path) => {
      const entry = await tree.stat(path);
      const { id, name, kind, mediaType, receivedShareId } = entry;
      if (!receivedShareId || kind === "folder") return entry;
      const seen = await (await receivedTree(user, receivedShareId)).stat([]);
      return { ...seen, id, name, mediaType };
    },
  };
}
