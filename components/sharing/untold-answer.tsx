"use client";

import { useRetryAnswer } from "@/components/sharing/queries";
import { RetryButton } from "@/components/sharing/retry-button";
import { answerWords } from "@/components/sharing/words";
import type { ReceivedShareView } from "@/lib/sharing/schema";

/** That the sender does not know yet what one answered, why, and another try. */
export function UntoldAnswer({ share }: { share: ReceivedShareView }) {
  const retry = useRetryAnswer();
  if (!share.untold || share.isSuspended) return null;
  const { hasGivenUp, failure } = share.untold;
  const known = `${share.senderName} ${hasGivenUp ? "could not be told" : "has not heard yet"} that you`;
  return (
    <div className="mt-1 flex animate-late flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <p className={failure ? "text-warning-text" : "text-muted"}>
        {known} {answerWords(share)} it. {failure}
      </p>
      {failure && <RetryButton shareId={share.id} retry={retry} />}
    </div>
  );
}
