"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Search, Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { DeleteGroup } from "@/components/admin/delete-group";
import { GroupMembers } from "@/components/admin/group-members";
import { GroupRow } from "@/components/admin/group-row";
import { NameGroup } from "@/components/admin/name-group";
import { groupsQuery } from "@/components/admin/queries";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { GroupView } from "@/lib/identity/schema";

type Open = { what: "create" } | { what: "rename" | "members" | "delete"; group: GroupView } | null;

export function GroupsScreen() {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);

  return (
    <>
      <PageHeader
        title="Groups"
        description="People of this cloud to whom something can be shared together."
        actions={
          <Button variant="primary" onClick={() => setOpen({ what: "create" })} data-testid="create-group">
            <Plus aria-hidden />
            New group
          </Button>
        }
      />
      <SearchBox
        label="Search groups"
        placeholder="Name or cloud address"
        value={typed}
        onChange={setTyped}
        className="mb-3"
      />
      <GroupList search={search} onOpen={setOpen} />
      {open?.what === "create" && (
        <NameGroup onClose={close} onCreated={(group) => setOpen({ what: "members", group })} />
      )}
      {open?.what === "rename" && <NameGroup group={open.group} onClose={close} />}
      {open?.what === "members" && <GroupMembers group={open.group} onClose={close} />}
      {open?.what === "delete" && <DeleteGroup group={open.group} onClose={close} />}
    </>
  );
}

function GroupList({ search, onOpen }: { search: string; onOpen: (open: Open) => void }) {
  const query = useInfiniteQuery(groupsQuery(search));
  const { data, error, refetch } = query;

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const groups = data.pages.flatMap((page) => page.items);
  if (groups.length === 0 && search) return <EmptyState icon={Search} title="No group is called that" />;
  if (groups.length === 0) {
    return (
      <EmptyState icon={Users} title="No groups yet">
        Make one and put people into it. Whoever joins later gets what is shared with the group, too.
      </EmptyState>
    );
  }
  return (
    <>
      <List aria-label="Groups">
        {groups.map((group) => (
          <GroupRow
            key={group.id}
            group={group}
            onMembers={() => onOpen({ what: "members", group })}
            onRename={() => onOpen({ what: "rename", group })}
            onDelete={() => onOpen({ what: "delete", group })}
          />
        ))}
      </List>
      <ShowMore query={query} />
    </>
  );
}
