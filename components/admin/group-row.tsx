"use client";

import { MoreHorizontal, Pencil, Trash2, Users } from "lucide-react";
import { formatCount } from "@/components/ui/format";
import { GroupBadge } from "@/components/ui/group-badge";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import type { GroupView } from "@/lib/identity/schema";

type GroupRowProps = { group: GroupView; onMembers: () => void; onRename: () => void; onDelete: () => void };

export function GroupRow({ group, onMembers, onRename, onDelete }: GroupRowProps) {
  return (
    <ListRow
      data-testid="group-row"
      end={<span className="text-muted text-sm tabular-nums">{formatCount(group.members, "person", "people")}</span>}
      menu={
        <Menu
          trigger={
            <IconButton label={`Change ${group.name}`} size="sm">
              <MoreHorizontal />
            </IconButton>
          }
          actions={[
            { label: "Members…", icon: Users, onSelect: onMembers },
            { label: "Rename…", icon: Pencil, onSelect: onRename },
            null,
            { label: "Delete…", icon: Trash2, onSelect: onDelete, isDanger: true },
          ]}
        />
      }
    >
      <span className="flex min-w-0 items-center gap-3">
        <GroupBadge name={group.name} />
        <span className="flex min-w-0 flex-col">
          <button
            type="button"
            aria-label={`Members of ${group.name}`}
            onClick={onMembers}
            className="truncate rounded-xs text-start font-medium hover:underline"
          >
            {group.name}
          </button>
          <span className="truncate text-muted text-sm">{group.cloudAddress}</span>
        </span>
      </span>
    </ListRow>
  );
}
