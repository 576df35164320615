"use client";

import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { FoundRow } from "@/components/search/found-row";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { formatCount } from "@/components/ui/format";
import { List } from "@/components/ui/list";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { FoundPage } from "@/lib/files/schema";

/** What was found, the newest first. */
export function FoundList({ query }: { query: UseInfiniteQueryResult<InfiniteData<FoundPage>> }) {
  const { data, error, refetch, hasNextPage, isPlaceholderData } = query;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label="Searching" />;
  const items = data.pages.flatMap((page) => page.items);
  return (
    <div aria-busy={isPlaceholderData}>
      <p role="status" className={items.length > 0 ? "mb-2 text-muted text-sm" : "sr-only"}>
        {items.length === 0 ? "Nothing found" : `${formatCount(items.length, "thing", "things")} found`}
        {hasNextPage && items.length > 0 && " so far"}
      </p>
      {items.length === 0 && (
        <EmptyState icon={SearchX} title="Nothing found">
          Among your own there is nothing. Try another part of the name, or fewer filters. New files can be found by
          their words after a minute.
        </EmptyState>
      )}
      {items.length > 0 && (
        <List aria-label="Found">
          {items.map((found) => (
            <FoundRow key={found.id} found={found} />
          ))}
        </List>
      )}
      <ShowMore query={query} />
    </div>
  );
}
