"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { sourceQuery } from "@/components/files/queries";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import type { SourceView } from "@/lib/drive/schema";

type WaitingProps = {
  path: string;
  /** From whom it comes, where that is known already. */
  from?: SourceView | null;
  isStopped: boolean;
  onStop: () => void;
  onRetry: () => void;
  /** What stands for what is to come. */
  children: ReactNode;
};

/** While something loads; what is on another cloud may take its time, and nobody has to wait for it. */
export function Waiting({ path, from, isStopped, onStop, onRetry, children }: WaitingProps) {
  const asked = useQuery({ ...sourceQuery(path), enabled: from === undefined });
  const cloud = (from === undefined ? asked.data?.from : from)?.provider;
  if (isStopped) {
    return (
      <EmptyState icon={CloudOff} title="You stopped waiting" action={<Button onClick={onRetry}>Try again</Button>}>
        {cloud ? `${cloud} had not answered yet. ` : ""}Nothing is lost.
      </EmptyState>
    );
  }
  return (
    <>
      {cloud && (
        <div
          role="status"
          className="mx-1 flex animate-late items-center gap-3 px-3 py-2 text-muted [animation-delay:1s] md:mx-3"
        >
          <span className="min-w-0 flex-1 truncate">Waiting for {cloud}…</span>
          <Button size="sm" onClick={onStop}>
            Stop waiting
          </Button>
        </div>
      )}
      {children}
    </>
  );
}
