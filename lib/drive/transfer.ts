import type { Entry, TransferOptions, TreePath } from "@/lib/files/tree";
import type { Drive } from "./drive";
import { freePath } from "./free-path";

type Wish = {
  verb: "move" | "copy";
  from: TreePath;
  to: TreePath;
  /** Where the name is taken, the first numbered one that is free. */
  keepBoth: boolean;
} & Pick<TransferOptions, "overwrite"> & { signal: AbortSignal };

/** Moves or copies as a person in the browser asks for it. @throws what `Drive.move` and `Drive.copy` throw */
export async function transfer(tree: Drive, { verb, from, to, keepBoth, overwrite, signal }: Wish): Promise<Entry> {
  if (!keepBoth) return tree[verb](from, to, { overwrite, signal });
  const { kind } = await tree.stat(from);
  return tree[verb](from, await freePath(tree, to, { signal, kind }), { signal });
}
