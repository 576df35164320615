"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { receivedSharesQuery } from "@/components/sharing/queries";
import type { ReceivedShareView } from "@/lib/sharing/schema";

/** A share that is among the latest offered to me. */
export function useReceivedShare(id: string | undefined): ReceivedShareView | undefined {
  const { data } = useInfiniteQuery(receivedSharesQuery);
  return data?.pages.flatMap((page) => page.items).find((share) => share.id === id);
}
