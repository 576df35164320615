"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { CloudOff, Users } from "lucide-react";
import { sentSharesQuery } from "@/components/sharing/queries";
import { useReceivedShare } from "@/components/sharing/use-received-share";
import { Avatar } from "@/components/ui/avatar";
import { CloudBadge } from "@/components/ui/cloud-badge";
import type { EntryView } from "@/lib/files/schema";

/** From whom something comes, or with how many it is shared. */
export function SharedCell({ entry }: { entry: EntryView }) {
  const received = useReceivedShare(entry.receivedShareId);
  const { data: people = [] } = useInfiniteQuery({
    ...sentSharesQuery(),
    select: ({ pages }) =>
      pages
        .flatMap((page) => page.items)
        .filter(
          (share) => share.nodeId === entry.id && !["revoked", "expired", "declined", "left"].includes(share.state),
        )
        .map((share) => share.recipientName),
  });

  if (received) {
    return (
      <span className="flex min-w-0 items-center gap-2 text-muted text-sm">
        <Avatar name={received.senderName} size="xs" />
        <span className="sr-only">From {received.senderName}, </span>
        {received.provider ? (
          <CloudBadge provider={received.provider} />
        ) : (
          <span className="truncate">{received.senderName}</span>
        )}
        {received.failure && (
          <span title={received.failure} className="text-warning-text">
            <CloudOff aria-hidden className="size-4" />
            <span className="sr-only">{received.failure}</span>
          </span>
        )}
      </span>
    );
  }
  if (people.length === 0) return null;
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-muted text-sm" title={people.join(", ")}>
      <Users aria-hidden className="size-4 shrink-0 text-faint" />
      <span className="truncate">{people.join(", ")}</span>
    </span>
  );
}
