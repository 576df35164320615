"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "@/components/api";
import { activityWords } from "@/components/files/activity-words";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { ActivityView } from "@/lib/drive/schema";

/** What happened to something of one's own, the latest first. */
export function ActivityList({ nodeId }: { nodeId: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["files", "activity", nodeId],
    queryFn: ({ signal }) => api(ActivityView, `/api/files/${nodeId}/activity`, { signal }),
  });
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows count={3} label="Loading what happened" />;
  return (
    <ol aria-label="What happened" className="divide-y border-y">
      {data.items.map((item) => (
        <li key={`${item.at} ${activityWords(item)}`} data-testid="activity-row" className="py-2">
          <p className="break-words">{activityWords(item)}</p>
          <p className="text-muted text-sm">
            <Time iso={item.at} />
          </p>
        </li>
      ))}
    </ol>
  );
}
