"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { refusal } from "@/components/api";
import { Waiting } from "@/components/files/waiting";
import { ErrorState } from "@/components/ui/error-state";
import { Spinner } from "@/components/ui/spinner";

/** What is wanted of the bytes, with a name for the cache. */
type Content<T> = { name: string; read: (url: string, signal: AbortSignal) => Promise<T> };
type LoadedContentProps<T> = {
  path: string;
  url: string;
  content: Content<T>;
  children: (content: T) => ReactNode;
};

/** What is made of a file's bytes once they have come; else why they do not, and the way on. */
export function LoadedContent<T>({ path, url, content, children }: LoadedContentProps<T>) {
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
      isStopped={fetchStatus === "idle"}
      onStop={() => void client.cancelQueries({ queryKey })}
      onRetry={() => void refetch()}
    >
      <Spinner className="m-auto text-faint" />
    </Waiting>
  );
}

/** The whole of a file as text. */
export const TEXT: Content<string> = {
  name: "text",
  async read(url, signal) {
    const response = await fetch(url, { signal });
    if (!response.ok) throw await refusal(response);
    return response.text();
  },
};

/** Asks for one byte: an image, a player or a frame would show a refusal as a broken file, or as it was sent. */
export const REACH: Content<true> = {
  name: "reach",
  async read(url, signal) {
    const response = await fetch(url, { signal, headers: { range: "bytes=0-0" } });
    // An empty file has not even one.
    if (!response.ok && response.status !== 416) throw await refusal(response);
    return true;
  },
};
