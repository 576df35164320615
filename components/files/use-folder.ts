"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { isGone } from "@/components/files/gone";
import { folderQuery } from "@/components/files/queries";

/** A folder as far as it has been fetched, with the means to fetch more. */
export function useFolder(path: string) {
  const query = useInfiniteQuery(folderQuery(path));
  const pages = query.data?.pages;
  return {
    ...query,
    // What is gone is not shown as it was before, nor can anything be done there.
    folder: isGone(query.error) ? undefined : pages?.[0]?.folder,
    from: pages?.[0]?.from ?? null,
    /** Things under names that cannot stand here. */
    unshown: pages?.[0]?.unshown ?? 0,
    /** Of a folder on another cloud: of when what is shown of it is. */
    seenAt: pages?.[0]?.seenAt ?? null,
    entries: pages?.flatMap((page) => page.items) ?? [],
    /** The person stopped waiting for a cloud that does not answer. */
    isStopped: query.isPending && query.fetchStatus === "idle",
  };
}
