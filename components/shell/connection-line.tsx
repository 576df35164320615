"use client";

import { useQuery } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import type { MouseEvent } from "react";
import { isConnected, useIsConnected } from "@/components/shell/connection";
import { accountQuery } from "@/components/shell/queries";

/** Says that this cloud cannot be reached. */
export function ConnectionLine() {
  const isUp = useIsConnected();
  const { data: account } = useQuery(accountQuery);
  return (
    <div role="status">
      {!isUp && (
        <p className="flex animate-fade items-center gap-2 bg-warning-soft px-4 py-2 text-sm text-warning-text md:px-6">
          <CloudOff aria-hidden className="size-4 shrink-0" />
          No connection to {account?.site.name ?? "your cloud"}. Trying again…
        </p>
      )}
    </div>
  );
}

/** Without a connection another page would be the browser's own error page, and all that is open here lost. */
export function stayWhileOffline(event: MouseEvent): void {
  if (isConnected() || !(event.target instanceof Element)) return;
  const link = event.target.closest("a[href]");
  const leaves = link && !link.hasAttribute("data-in-place") && !link.hasAttribute("target");
  if (leaves) event.preventDefault();
}
