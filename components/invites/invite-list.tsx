"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { InviteRow } from "@/components/invites/invite-row";
import { invitesQuery } from "@/components/invites/queries";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { InviteView } from "@/lib/contacts/schema";

/** The invites I made, newest first, each with its state. */
export function InviteList({ onShow }: { onShow: (invite: InviteView) => void }) {
  const query = useInfiniteQuery(invitesQuery);
  const { data, error, refetch } = query;

  if (error && !data) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const invites = data.pages.flatMap((page) => page.items);
  if (invites.length === 0) {
    return (
      <EmptyState icon={Send} title="Invite the first person">
        Connect once with somebody on another cloud. From then on you share by picking the name.
      </EmptyState>
    );
  }
  return (
    <>
      <List aria-label="My invites">
        {invites.map((invite) => (
          <InviteRow key={invite.id} invite={invite} onShow={() => onShow(invite)} />
        ))}
      </List>
      <ShowMore query={query} />
    </>
  );
}
