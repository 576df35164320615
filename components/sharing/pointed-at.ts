"use client";

import { useSearchParams } from "next/navigation";

/** For the row of a share: brought into view and set off when a notice led to it (`?share=`). */
export function usePointedAt(shareId: string): { ref?: (row: HTMLElement | null) => void; className?: string } {
  return useSearchParams().get("share") === shareId ? POINTED_AT : {};
}

const POINTED_AT = {
  ref: (row: HTMLElement | null) => row?.scrollIntoView({ block: "center" }),
  className: "bg-accent-softer",
};
