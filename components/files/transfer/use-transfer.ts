"use client";

import { useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import { announceArrival } from "@/components/files/arrivals";
import { doEach, failureOf } from "@/components/files/do-each";
import { isInside, joinPath, nameOf, parentOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { refreshFolders } from "@/components/files/queries";
import { type Landed, transferOne, type Verb, type Way } from "@/components/files/transfer/transfer-one";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";

const WORDS = { move: { going: "Moving", done: "moved" }, copy: { going: "Copying", done: "copied" } };
const itemsOf = (things: readonly unknown[]) => formatCount(things.length, "item", "items");

/** Moves or copies things into a folder, tells how many came there, and offers to take it back. */
export function useTransfer() {
  const client = useQueryClient();

  /** Says how far it is where that takes a while. What was skipped has landed nowhere. */
  async function transferAll(verb: Verb, ways: Way[], where: string): Promise<Landed[]> {
    const { going, done } = WORDS[verb];
    const batch = { count: ways.length, forAll: null };
    let count = 0;
    const outcome = await patiently(`${going} ${itemsOf(ways)} ${where}…`, (signal, say) =>
      doEach(ways, async (way) => {
        const landed = await transferOne(verb, way, batch, signal);
        say(`${going} ${++count} of ${itemsOf(ways)} ${where}…`);
        return landed;
      }),
    );
    await refreshFolders(client);
    const failure = failureOf(outcome, done);
    if (failure) toast.error(failure);
    return outcome.done.flatMap(({ answer }) => answer ?? []);
  }

  async function removeCopies(landed: Landed[]): Promise<void> {
    const outcome = await doEach(landed, ({ to }) => api(z.unknown(), urlOf("/api/files", { path: to }), DELETE));
    await refreshFolders(client);
    const failure = failureOf(outcome, "taken back");
    if (failure) toast.error(failure);
  }

  return async (verb: Verb, paths: readonly string[], folder: string): Promise<void> => {
    const elsewhere = paths.filter((path) => verb === "copy" || parentOf(path) !== folder);
    const ways = elsewhere
      .filter((path) => !isInside(folder, path))
      .map((from) => ({ from, to: joinPath(folder, nameOf(from)) }));
    if (ways.length < elsewhere.length) toast.error("A folder cannot be put into itself.");
    if (ways.length === 0) return;
    const place = nameOf(folder) || "Files";

    const landed = await transferAll(verb, ways, `to ${place}`);

    if (landed.length === 0) return;
    announceArrival(
      folder,
      landed.map(({ to }) => nameOf(to)),
      { isModest: true },
    );
    const back = landed.map(({ from, to }) => ({ from: to, to: from }));
    const undo = () => void (verb === "copy" ? removeCopies(landed) : transferAll("move", back, "back"));
    const replaced = landed.some(({ hasReplaced }) => hasReplaced) ? " What was there before has given way." : "";
    toast(`${itemsOf(landed)} ${WORDS[verb].done} to ${place}.${replaced}`, {
      action: { label: "Undo", onClick: undo },
    });
  };
}

const DELETE: RequestInit = { method: "DELETE" };
