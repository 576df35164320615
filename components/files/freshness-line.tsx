"use client";

import { useQuery } from "@tanstack/react-query";
import { freshnessQuery } from "@/components/files/queries";
import { NoticeLine } from "@/components/ui/notice-line";
import { Time } from "@/components/ui/time";

/** A folder of another cloud is hardly ever younger than its last look; older than this it is worth saying. */
const WORTH_SAYING_MS = 90_000;

type FreshnessLineProps = { path: string; seenAt: string | null; problem: string | null };

/** Of when what is on the screen is, where its cloud could not be asked since then, and why. */
export function FreshnessLine({ path, ...shown }: FreshnessLineProps) {
  const { data = shown, dataUpdatedAt } = useQuery(freshnessQuery(path));
  const { seenAt, problem } = data;
  const isOld = seenAt !== null && dataUpdatedAt - Date.parse(seenAt) > WORTH_SAYING_MS;
  if (!seenAt || !(problem || isOld)) return null;
  return (
    <NoticeLine tone={problem ? "warning" : "info"} className="mx-4 mb-2 md:mx-6">
      {problem} You see this folder as of <Time iso={seenAt} isExact />.
    </NoticeLine>
  );
}
