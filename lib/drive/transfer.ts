import type { UserPrincipal } from "@/lib/core/principal";
import type { TransferredView } from "@/lib/files/schema";
import { findTrashed } from "@/lib/files/trash";
import type { TransferOptions, TreePath } from "@/lib/files/tree";
import { findStanding } from "./carry";
import { drive } from "./drive";
import { viewEntry } from "./folder-view";
import { freePath } from "./free-path";

type Wish = {
  verb: "move" | "copy";
  from: TreePath;
  to: TreePath;
  /** Where the name is taken, the first numbered one that is free. */
  keepBoth: boolean;
} & Pick<TransferOptions, "overwrite"> & { signal: AbortSignal };

/** Moves or copies as a person in the browser asks for it. @throws what `Drive.move` and `Drive.copy` throw */
export async function transfer(user: UserPrincipal, wish: Wish): Promise<TransferredView> {
  const { verb, from, to, keepBoth, overwrite, signal } = wish;
  const tree = drive(user);
  if (keepBoth) {
    const { kind } = await tree.stat(from);
    const free = await freePath(tree, to, { signal, kind });
    return { ...viewEntry(await tree[verb](from, free, { signal })), replaced: null };
  }
  const standing = overwrite ? await findStanding({ tree, path: to }) : null;
  const entry = await tree[verb](from, to, { overwrite, signal });
  return { ...viewEntry(entry), replaced: standing && (await findTrashed(user, standing.id)) };
}
