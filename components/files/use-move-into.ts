"use client";

import { isInside, joinPath, nameOf, parentOf } from "@/components/files/paths";
import { useMoveEntry } from "@/components/files/queries";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";

/** Moves things into a folder, tells how many came there, and offers to take it back. */
export function useMoveInto() {
  const { mutateAsync: move } = useMoveEntry();

  return async (paths: string[], folder: string) => {
    const moves = paths
      .filter((path) => parentOf(path) !== folder && !isInside(folder, path))
      .map((from) => ({ from, to: joinPath(folder, nameOf(from)) }));
    const results = await Promise.allSettled(moves.map((one) => move(one)));

    const done = moves.filter((_, index) => results[index]?.status === "fulfilled");
    const failure = results.find((result) => result.status === "rejected");
    if (failure) toast.error(failure.reason instanceof Error ? failure.reason.message : "This could not be moved.");
    if (done.length === 0) return;
    toast(`${formatCount(done.length, "item", "items")} moved to ${nameOf(folder) || "Files"}.`, {
      action: {
        label: "Undo",
        onClick: () => void Promise.allSettled(done.map(({ from, to }) => move({ from: to, to: from }))),
      },
    });
  };
}
