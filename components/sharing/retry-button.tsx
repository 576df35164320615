"use client";

import type { UseMutationResult } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";

/** Another try to tell a share's other cloud what it has not heard. */
export function RetryButton({ shareId, retry }: { shareId: string; retry: UseMutationResult<unknown, Error, string> }) {
  return (
    <Button size="sm" isBusy={retry.isPending} onClick={() => retry.mutate(shareId, { onError: toast.failed })}>
      Try again
    </Button>
  );
}
