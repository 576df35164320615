"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { receivedSharesQuery } from "@/components/sharing/queries";

/** How many offers wait for my answer. */
export function useWaitingOffers(): number {
  const { data = 0 } = useInfiniteQuery({
    ...receivedSharesQuery,
    select: ({ pages }) => pages.flatMap((page) => page.items).filter((share) => share.state === "pending").length,
  });
  return data;
}
