"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FoundRow } from "@/components/files/found/found-row";
import { foundQuery } from "@/components/files/found/queries";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { SkeletonRows } from "@/components/ui/skeleton";

/** Things of many folders. The children stand there when there are none. */
export function FoundItems({ which, children }: { which: "favourites" | "recent"; children: ReactNode }) {
  const { data, error, refetch } = useQuery(foundQuery(which));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows />;
  if (data.items.length === 0) return children;
  return (
    <List>
      {data.items.map((item) => (
        <FoundRow key={item.id} item={item} />
      ))}
    </List>
  );
}
