import type { UserPrincipal } from "@/lib/core/principal";
import type { FoundNode } from "@/lib/files/found-nodes";
import { viewWithShares } from "./folder-view";
import { FoundList } from "./schema";

/** What was found among a person's files, with how each is shared. */
export async function viewFound(user: UserPrincipal, found: FoundNode[]): Promise<FoundList> {
  const viewed = await viewWithShares(
    user,
    found.map(({ entry }) => entry),
  );
  return FoundList.parse({ items: viewed.map((view, index) => ({ ...view, folder: found[index]?.folder })) });
}
