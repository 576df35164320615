"use client";

import { doEach, failureOf } from "@/components/files/do-each";
import { isInside, joinPath, nameOf, parentOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { useMoveEntry } from "@/components/files/queries";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";

type Move = { from: string; to: string };

/** Moves things into a folder, tells how many came there, and offers to take it back. */
export function useMoveInto() {
  const { mutateAsync: move } = useMoveEntry();

  async function moveAll(words: string, moves: Move[]): Promise<Move[]> {
    const outcome = await patiently(words, (signal) => doEach(moves, (one) => move({ ...one, signal })));
    const failure = failureOf(outcome, "moved");
    if (failure) toast.error(failure);
    return outcome.done.map(({ thing }) => thing);
  }

  return async (paths: string[], folder: string) => {
    const moves = paths
      .filter((path) => parentOf(path) !== folder && !isInside(folder, path))
      .map((from) => ({ from, to: joinPath(folder, nameOf(from)) }));
    const [place, what] = [nameOf(folder) || "Files", formatCount(moves.length, "item", "items")];

    const done = await moveAll(`Moving ${what} to ${place}…`, moves);

    if (done.length === 0) return;
    const back = done.map(({ from, to }) => ({ from: to, to: from }));
    toast(`${formatCount(done.length, "item", "items")} moved to ${place}.`, {
      action: { label: "Undo", onClick: () => void moveAll(`Moving ${what} back…`, back) },
    });
  };
}
