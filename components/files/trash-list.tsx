"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { trashQuery, useEmptyTrash } from "@/components/files/queries";
import { TrashRow } from "@/components/files/trash-row";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { TRASH_DAYS } from "@/lib/files/schema";

export function TrashList() {
  const query = useInfiniteQuery(trashQuery);
  const { data, error, refetch } = query;
  const { mutate: empty, isPending } = useEmptyTrash();
  const [isAsking, setAsking] = useState(false);
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader
        title="Trash"
        description={`What you delete waits here for ${TRASH_DAYS} days, then it is deleted for good. Until then it counts as storage.`}
        actions={items.length > 0 && <Button onClick={() => setAsking(true)}>Empty the trash…</Button>}
      />
      {error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonRows label="Loading the trash" />}
      {data && items.length === 0 && (
        <EmptyState icon={Trash2} title="The trash is empty">
          Something you delete by mistake can be put back from here.
        </EmptyState>
      )}
      {items.length > 0 && (
        <List>
          {items.map((item) => (
            <TrashRow key={item.id} item={item} />
          ))}
        </List>
      )}
      <ShowMore query={query} />
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        isBusy={isPending}
        onConfirm={() =>
          empty(undefined, { onSettled: () => setAsking(false), onError: (problem) => toast.error(problem.message) })
        }
        title="Empty the trash?"
        confirmLabel="Delete for good"
      >
        Everything in it is deleted for good. This cannot be undone.
      </ConfirmDialog>
    </>
  );
}
