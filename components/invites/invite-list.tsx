"use client";

import { useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { InviteRow } from "@/components/invites/invite-row";
import { invitesQuery } from "@/components/invites/queries";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { InviteView } from "@/lib/contacts/schema";

/** The invites I made, newest first, each with its state. */
export function InviteList({ onShow }: { onShow: (invite: InviteView) => void }) {
  const { data, error, refetch } = useQuery(invitesQuery);

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  if (data.items.length === 0) {
    return (
      <EmptyState icon={Send} title="Invite the first person">
        Connect once with somebody on another cloud. From then on you share by picking the name.
      </EmptyState>
    );
  }
  return (
    <List aria-label="My invites">
      {data.items.map((invite) => (
        <InviteRow key={invite.id} invite={invite} onShow={() => onShow(invite)} />
      ))}
    </List>
  );
}
