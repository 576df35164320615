"use client";

import { CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { useShareAround } from "@/components/sharing/use-received-share";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

type WaitingProps = {
  path: string;
  isStopped: boolean;
  onStop: () => void;
  onRetry: () => void;
  /** What stands for what is to come. */
  children: ReactNode;
};

/** While something loads; what is on another cloud may take its time, and nobody has to wait for it. */
export function Waiting({ path, isStopped, onStop, onRetry, children }: WaitingProps) {
  const share = useShareAround(path);
  if (isStopped) {
    return (
      <EmptyState icon={CloudOff} title="You stopped waiting" action={<Button onClick={onRetry}>Try again</Button>}>
        {share?.provider ? `${share.provider} had not answered yet. ` : ""}Nothing is lost.
      </EmptyState>
    );
  }
  return (
    <>
      {share?.provider && (
        <div
          role="status"
          className="mx-1 flex animate-late items-center gap-3 px-3 py-2 text-muted [animation-delay:1s] md:mx-3"
        >
          <span className="min-w-0 flex-1 truncate">Waiting for {share.provider}…</span>
          <Button size="sm" onClick={onStop}>
            Stop waiting
          </Button>
        </div>
      )}
      {children}
    </>
  );
}
