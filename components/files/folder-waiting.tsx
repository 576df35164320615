"use client";

import { useQueryClient } from "@tanstack/react-query";
import { folderQuery } from "@/components/files/queries";
import { Waiting } from "@/components/files/waiting";
import { SkeletonRows } from "@/components/ui/skeleton";

type FolderWaitingProps = { path: string; isStopped: boolean; onRetry: () => void };

export function FolderWaiting({ path, isStopped, onRetry }: FolderWaitingProps) {
  const client = useQueryClient();
  const stop = () => void client.cancelQueries({ queryKey: folderQuery(path).queryKey });
  return (
    <Waiting path={path} isStopped={isStopped} onStop={stop} onRetry={onRetry}>
      <div className="px-1 md:px-3">
        <SkeletonRows count={8} label="Loading the folder" />
      </div>
    </Waiting>
  );
}
