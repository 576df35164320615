"use client";

import { EntryIcon } from "@/components/files/entry-icon";
import { usePointedAt } from "@/components/sharing/pointed-at";
import { useLeaveShare } from "@/components/sharing/queries";
import { UntoldAnswer } from "@/components/sharing/untold-answer";
import { endedWords } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { ListRow } from "@/components/ui/list";
import { toast } from "@/components/ui/toast";
import type { ReceivedShareView } from "@/lib/sharing/schema";

export function EndedShareRow({ share }: { share: ReceivedShareView }) {
  const { mutate: clear, isPending } = useLeaveShare();
  // While its sender is still being told, the row goes by itself.
  const canClear = !share.untold || share.untold.hasGivenUp;
  return (
    <ListRow
      {...usePointedAt(share.id)}
      end={
        canClear && (
          <Button
            size="sm"
            variant="ghost"
            isBusy={isPending}
            onClick={() => clear(share.id, { onError: toast.failed })}
          >
            Clear<span className="sr-only"> {share.name}</span>
          </Button>
        )
      }
    >
      <div className="flex items-center gap-3 text-muted">
        <EntryIcon entry={share} className="size-6 grayscale" />
        <div className="min-w-0">
          <span className="block truncate">{share.name}</span>
          <p className="text-sm">{endedWords(share)}</p>
          <UntoldAnswer share={share} />
        </div>
      </div>
    </ListRow>
  );
}
