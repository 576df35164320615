"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { receivedSharesQuery } from "@/components/sharing/queries";
import type { ReceivedShareView } from "@/lib/sharing/schema";

/** The accepted share that a path is in, known without asking the other cloud. */
export function useShareAround(path: string): ReceivedShareView | undefined {
  return useShare((share) => share.path !== null && (path === share.path || path.startsWith(`${share.path}/`)));
}

export function useReceivedShare(id: string | undefined): ReceivedShareView | undefined {
  return useShare((share) => share.id === id);
}

function useShare(matches: (share: ReceivedShareView) => boolean): ReceivedShareView | undefined {
  const { data } = useInfiniteQuery(receivedSharesQuery);
  return data?.pages.flatMap((page) => page.items).find(matches);
}
