"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { AddMember } from "@/components/admin/add-member";
import { groupMembersQuery, useSetMember } from "@/components/admin/queries";
import { Badge } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { IconButton } from "@/components/ui/icon-button";
import { Person } from "@/components/ui/person";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import type { GroupView } from "@/lib/identity/schema";

/** Who is in a group; people are put in and taken out at once. */
export function GroupMembers({ group, onClose }: { group: GroupView; onClose: () => void }) {
  const query = useInfiniteQuery(groupMembersQuery(group.id));
  const { data, error, refetch } = query;
  const set = useSetMember();
  const members = data?.pages.flatMap((page) => page.items);

  function change(userId: string, isMember: boolean) {
    set.mutate({ groupId: group.id, userId, isMember }, { onError: (failure) => toast.error(failure.message) });
  }

  return (
    <Dialog isOpen onClose={onClose} title={`Members of ${group.name}`} testId="group-members">
      <AddMember members={members ?? []} onAdd={(userId) => change(userId, true)} />
      {error && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !members && <SkeletonRows />}
      {members?.length === 0 && <p className="py-4 text-muted">Nobody yet.</p>}
      <ul aria-label="Members" className="mt-2 divide-y">
        {members?.map((member) => (
          <li key={member.id} data-testid="group-member" className="flex items-center gap-3 py-2">
            <Person name={member.displayName} provider="" mail={member.userName} size="sm" className="flex-1" />
            {member.isDisabled && <Badge tone="warning">Disabled</Badge>}
            <IconButton label={`Take out ${member.displayName}`} size="sm" onClick={() => change(member.id, false)}>
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
      <ShowMore query={query} />
    </Dialog>
  );
}
