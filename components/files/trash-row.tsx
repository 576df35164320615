"use client";

import { Undo2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { hrefOf, nameOf, parentOf } from "@/components/files/paths";
import { useDeleteForGood, useRestore } from "@/components/files/queries";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatSize } from "@/components/ui/format";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { TrashedView } from "@/lib/files/schema";

export function TrashRow({ item }: { item: TrashedView }) {
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const restore = useRestore();
  const deleteForGood = useDeleteForGood();
  const onError = toast.failed;

  /** Told by a promise: the row is gone when it is done. */
  function putBack() {
    restore.mutateAsync([item.id]).then(({ restored: [first] }) => {
      if (!first) return;
      const folder = parentOf(first.path);
      const action = { label: "Show", onClick: () => router.push(hrefOf(folder)) };
      toast(`“${item.name}” is back in ${nameOf(folder) || "Files"}.`, { action });
    }, onError);
  }

  return (
    <ListRow
      data-testid="trash-row"
      end={
        <>
          <Button size="sm" isBusy={restore.isPending} onClick={putBack}>
            <Undo2 aria-hidden />
            Restore
          </Button>
          <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
            Delete…
          </Button>
        </>
      }
    >
      <div className="flex items-center gap-3">
        <EntryIcon entry={item} className="size-6" />
        <div className="min-w-0">
          <MiddleTruncated name={item.name} className="font-medium" />
          <p className="truncate text-muted text-sm">
            From {nameOf(item.trashedFrom) || "Files"}, <Time iso={item.trashedAt} />
            {item.size > 0 && ` · ${formatSize(item.size)}`}
          </p>
        </div>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        isBusy={deleteForGood.isPending}
        onConfirm={() => deleteForGood.mutate([item.id], { onError, onSettled: () => setAsking(false) })}
        title={`Delete “${item.name}” for good?`}
        confirmLabel="Delete for good"
      >
        This cannot be undone.
      </ConfirmDialog>
    </ListRow>
  );
}
