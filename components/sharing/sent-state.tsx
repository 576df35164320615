"use client";

import { useRetryShare } from "@/components/sharing/queries";
import { sentStateWords } from "@/components/sharing/words";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import type { SentShareView } from "@/lib/sharing/schema";

/** How far a share has come; why it has not, and a way to try at once. */
export function SentState({ share }: { share: SentShareView }) {
  const { mutate: retry, isPending } = useRetryShare();
  const { label, tone, icon } = sentStateWords(share);
  const isStuck =
    share.state === "failed" || (share.failure !== null && (share.state === "queued" || share.isUpdating));
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
      {isStuck && (
        <>
          {share.failure && <span className="min-w-0 text-muted text-sm">{share.failure}</span>}
          <Button
            size="sm"
            variant="ghost"
            isBusy={isPending}
            onClick={() => retry(share.id, { onError: (error) => toast.error(error.message) })}
          >
            Retry now
          </Button>
        </>
      )}
    </span>
  );
}
