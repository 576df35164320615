"use client";

import { useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { folderQuery } from "@/components/files/queries";
import { useShareAround } from "@/components/sharing/use-received-share";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { SkeletonRows } from "@/components/ui/skeleton";

type FolderWaitingProps = { path: string; isStopped: boolean; onRetry: () => void };

/** While a folder loads; one on another cloud may take its time, and nobody has to wait for it. */
export function FolderWaiting({ path, isStopped, onRetry }: FolderWaitingProps) {
  const client = useQueryClient();
  const share = useShareAround(path);
  if (isStopped) {
    return (
      <EmptyState icon={CloudOff} title="You stopped waiting" action={<Button onClick={onRetry}>Try again</Button>}>
        {share?.provider ? `${share.provider} had not answered yet. ` : ""}Nothing is lost.
      </EmptyState>
    );
  }
  return (
    <div className="px-1 md:px-3">
      {share?.provider && (
        <div role="status" className="flex animate-late items-center gap-3 px-3 py-2 text-muted [animation-delay:1s]">
          <span className="min-w-0 flex-1 truncate">Waiting for {share.provider}…</span>
          <Button size="sm" onClick={() => void client.cancelQueries({ queryKey: folderQuery(path).queryKey })}>
            Stop waiting
          </Button>
        </div>
      )}
      <SkeletonRows count={8} label="Loading the folder" />
    </div>
  );
}
