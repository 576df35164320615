"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { DeleteGroup } from "@/components/admin/delete-group";
import { GroupMembers } from "@/components/admin/group-members";
import { GroupRow } from "@/components/admin/group-row";
import { NameGroup } from "@/components/admin/name-group";
import { groupsQuery } from "@/components/admin/queries";
import { SearchedList, SearchedScreen } from "@/components/admin/searched-screen";
import { EmptyState } from "@/components/ui/empty-state";
import type { GroupView } from "@/lib/identity/schema";

type Open = { what: "create" } | { what: "rename" | "members" | "delete"; group: GroupView } | null;

export function GroupsScreen() {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const add = () => setOpen({ what: "create" });
  return (
    <>
      <SearchedScreen
        title="Groups"
        description="People of this cloud to whom something can be shared together."
        add={{ label: "New group", icon: Plus, onClick: add, testId: "create-group" }}
        box={{ label: "Search groups", placeholder: "Name or cloud address" }}
      >
        {(search) => <GroupList search={search} onOpen={setOpen} />}
      </SearchedScreen>
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
  const none = (
    <EmptyState icon={Users} title="No groups yet">
      Make one and put people into it. Whoever joins later gets what is shared with the group, too.
    </EmptyState>
  );
  return (
    <SearchedList label="Groups" query={query} noneFound="No group is called that" none={search === "" && none}>
      {(group) => (
        <GroupRow
          key={group.id}
          group={group}
          onMembers={() => onOpen({ what: "members", group })}
          onRename={() => onOpen({ what: "rename", group })}
          onDelete={() => onOpen({ what: "delete", group })}
        />
      )}
    </SearchedList>
  );
}
