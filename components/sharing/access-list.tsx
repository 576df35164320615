"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { AccessRow } from "@/components/sharing/access-row";
import { sentSharesQuery } from "@/components/sharing/queries";
import { isOver } from "@/components/sharing/words";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";

/** Who has access to a file or folder, and how far each share has come. */
export function AccessList({ nodeId }: { nodeId: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(sentSharesQuery(nodeId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-12 w-full" />;
  const shares = data.pages.flatMap((page) => page.items).filter((share) => share.state !== "revoked");
  // Those who have access first.
  shares.sort((one, other) => Number(isOver(one)) - Number(isOver(other)));
  if (shares.length === 0) return <p className="text-muted">Only you. Share it, and the others appear here.</p>;
  return (
    <ul aria-label="Who has access" className="w-full divide-y border-y">
      {shares.map((share) => (
        <AccessRow key={share.id} share={share} />
      ))}
      {hasNextPage && (
        <li className="py-2">
          <Button size="sm" variant="ghost" onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        </li>
      )}
    </ul>
  );
}
