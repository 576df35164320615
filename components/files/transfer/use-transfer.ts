"use client";

import { useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { api, urlOf } from "@/components/api";
import { announceArrival } from "@/components/files/arrivals";
import { doEach, failureOf, type Outcome } from "@/components/files/do-each";
import { isInside, joinPath, nameOf, parentOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { refreshFolders, useRestore } from "@/components/files/queries";
import { askAboutName } from "@/components/files/transfer/name-questions";
import { type Errand, type Landed, transferOne, type Verb, type Way } from "@/components/files/transfer/transfer-one";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";

const WORDS = { move: { going: "Moving", done: "moved" }, copy: { going: "Copying", done: "copied" } };

/** Says how far it is where that takes a while. */
function run(verb: Verb, errands: Errand[], where: string): Promise<Outcome<Errand, Landed | "taken">> {
  const words = (done: string) => `${WORDS[verb].going} ${done}${itemsOf(errands)} ${where}…`;
  let count = 0;
  return patiently(words(""), (signal, say) =>
    doEach(errands, async (errand) => {
      const landed = await transferOne(verb, errand, signal);
      say(words(`${++count} of `));
      return landed;
    }),
  );
}

/** What becomes of each, as the person says; what is skipped is not among them. */
async function settleNames(taken: Errand[]): Promise<Errand[]> {
  const batch = { count: taken.length, forAll: null };
  const settled: Errand[] = [];
  for (const errand of taken) {
    const conflict = await askAboutName(batch, errand);
    if (conflict !== "skip") settled.push({ ...errand, conflict });
  }
  return settled;
}

function whatGaveWay(landed: Landed[]): string {
  const replaced = landed.filter(({ hasReplaced }) => hasReplaced);
  if (replaced.length === 0) return "";
  if (replaced.every(({ trashedId }) => trashedId)) return " What was there before is in the trash.";
  return " What was there before was replaced, and Undo does not bring it back.";
}

const itemsOf = (things: readonly unknown[]) => formatCount(things.length, "item", "items");

/** Moves or copies things into a folder, tells how many came there, and offers to take it back. */
export function useTransfer() {
  const client = useQueryClient();
  const { mutateAsync: restore } = useRestore();

  /** All that can be done at once is done, then the person is asked about the names that are taken, then those follow. */
  async function transferAll(verb: Verb, ways: Way[], where: string): Promise<Landed[]> {
    const first = await run(
      verb,
      ways.map((way) => ({ ...way, conflict: "ask" })),
      where,
    );
    await refreshFolders(client);
    const taken = first.done.flatMap(({ thing, answer }) => (answer === "taken" ? [thing] : []));
    const second = await run(verb, await settleNames(taken), where);
    if (taken.length > 0) await refreshFolders(client);
    const done = [...first.done, ...second.done].filter(({ answer }) => answer !== "taken");
    const failed = first.failed + second.failed;
    const failure = failureOf({ done, failed, reason: (first.failed > 0 ? first : second).reason }, WORDS[verb].done);
    if (failure) toast.error(failure);
    return done.flatMap(({ answer }) => (answer === "taken" ? [] : answer));
  }

  async function removeCopies(landed: Landed[]): Promise<void> {
    const outcome = await doEach(landed, ({ to }) => api(z.unknown(), urlOf("/api/files", { path: to }), DELETE));
    await refreshFolders(client);
    const failure = failureOf(outcome, "taken back");
    if (failure) toast.error(failure);
  }

  /** What gave way comes back to its name, which is free again by then. */
  async function takeBack(verb: Verb, landed: Landed[]): Promise<void> {
    const back = landed.map(({ from, to }) => ({ from: to, to: from }));
    await (verb === "copy" ? removeCopies(landed) : transferAll("move", back, "back"));
    const ids = landed.flatMap(({ trashedId }) => trashedId ?? []);
    if (ids.length === 0) return;
    await restore(ids).catch((error: Error) =>
      toast.error(`What was there before is still in the trash. ${error.message}`),
    );
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
    toast(`${itemsOf(landed)} ${WORDS[verb].done} to ${place}.${whatGaveWay(landed)}`, {
      action: { label: "Undo", onClick: () => void takeBack(verb, landed) },
    });
  };
}

const DELETE: RequestInit = { method: "DELETE" };
