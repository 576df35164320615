"use client";

import { useQuery } from "@tanstack/react-query";
import { usageQuery } from "@/components/shell/queries";
import { formatSize } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";

export function StorageUse() {
  const { data: usage } = useQuery(usageQuery);
  if (!usage) return <div className="h-14" />;
  const { used, quota } = usage;
  if (quota === null) return <p className="px-5.5 py-3 text-faint text-xs tabular-nums">{formatSize(used)} used</p>;
  const isNearlyFull = used > quota * 0.9;
  return (
    <div className="flex flex-col gap-2 px-5.5 py-3">
      <Progress value={used} max={quota} label="Storage used" tone={isNearlyFull ? "danger" : "accent"} />
      <p className="text-faint text-xs tabular-nums">
        {formatSize(used)} of {formatSize(quota)} used
      </p>
    </div>
  );
}
