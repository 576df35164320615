"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { accountQuery } from "@/components/shell/queries";
import { Mark } from "@/components/ui/mark";

/** The mark and the name of this cloud. */
export function Brand() {
  const { data: account } = useQuery(accountQuery);
  return (
    <Link href="/files" className="flex min-w-0 items-center gap-2.5 rounded-md font-semibold">
      <Mark className="size-6 shrink-0 text-accent" />
      <span className="truncate">{account?.site.name ?? "Tessera"}</span>
    </Link>
  );
}
