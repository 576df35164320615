"use client";

import { useRetryAnswer } from "@/components/sharing/queries";
import { answerWords } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { toast } from "@/components/ui/toast";
import type { ReceivedShareView } from "@/lib/sharing/schema";

/** That the sender does not know yet what one answered, why, and another try. */
export function UntoldAnswer({ share }: { share: ReceivedShareView }) {
  const { mutate: retry, isPending } = useRetryAnswer();
  if (!share.untold || share.isSuspended) return null;
  const { hasGivenUp, failure } = share.untold;
  const known = `${share.senderName} ${hasGivenUp ? "could not be told" : "has not heard yet"} that you`;
  return (
    <div className="mt-1 flex animate-late flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <p className={failure ? "text-warning-text" : "text-muted"}>
        {known} {answerWords(share)} it. {failure}
      </p>
      {failure && (
        <Button
          size="sm"
          isBusy={isPending}
          onClick={() => retry(share.id, { onError: (error) => toast.error(error.message) })}
        >
          Try again
        </Button>
      )}
    </div>
  );
}
