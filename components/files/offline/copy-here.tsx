"use client";

import { useQuery } from "@tanstack/react-query";
import { offlineQuery } from "@/components/files/offline/queries";
import { formatCount, formatMoment, formatSize } from "@/components/ui/format";
import type { OfflineFacts } from "@/lib/drive/schema";

/** How much of something on another cloud is kept here, of when that is, and what is in the way. */
export function CopyHere({ path }: { path: string }) {
  const { data } = useQuery(offlineQuery(path));
  if (!data?.offline) return null;
  const { problem } = data.offline;
  return (
    <div className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-2">
      <dt className="text-muted">Copy here</dt>
      <dd className="min-w-0 break-words text-end">{wordsOf(data.offline)}</dd>
      {problem && <dd className="w-full text-sm text-warning-text">{problem}</dd>}
    </div>
  );
}

function wordsOf({ count, bytes, waiting, steps, asOf }: OfflineFacts): string {
  const toSend = waiting > 0 ? `, ${waiting} of them to be sent` : "";
  const toDo = steps > 0 ? `, ${formatCount(steps, "other change", "other changes")} to be sent` : "";
  const much = `${formatCount(count, "file", "files")}, ${formatSize(bytes)}${toSend}${toDo}`;
  return asOf ? `${much}, as of ${formatMoment(asOf)}` : `${much} so far`;
}
