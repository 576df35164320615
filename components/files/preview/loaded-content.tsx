"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Waiting } from "@/components/files/waiting";
import { ErrorState } from "@/components/ui/error-state";
import { Spinner } from "@/components/ui/spinner";
import type { SourceView } from "@/lib/drive/schema";

/** What is wanted of the bytes, with a name for the cache. */
export type Content<T> = { name: string; read: (url: string, signal: AbortSignal) => Promise<T> };
type LoadedContentProps<T> = {
  path: string;
  url: string;
  from: SourceView | null;
  content: Content<T>;
  children: (content: T) => ReactNode;
};

/** What is made of a file's bytes once they have come; else why they do not, and the way on. */
export function LoadedContent<T>({ path, url, from, content, children }: LoadedContentProps<T>) {
  const client = useQueryClient();
  const queryKey = ["content", content.name, url];
  const { data, error, isPending, fetchStatus, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => content.read(url, signal),
  });
  if (error) {
    return <ErrorState title="This file cannot be shown now" error={error} onRetry={() => void refetch()} />;
  }
  if (!isPending) return children(data);
  return (
    <Waiting
      path={path}
      from={from}
      isStopped={fetchStatus === "idle"}
      onStop={() => void client.cancelQueries({ queryKey })}
      onRetry={() => void refetch()}
    >
      <Spinner className="m-auto text-faint" />
    </Waiting>
  );
}
