"use client";

import { EllipsisVertical } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu } from "@/components/ui/menu";
import type { MenuAction } from "@/components/ui/menu-action";

/** The menu of one thing in the list. */
export function EntryMenu({ name, actions }: { name: string; actions: MenuAction[] }) {
  return (
    <Menu
      actions={actions}
      trigger={
        <IconButton
          label={`Actions for ${name}`}
          size="sm"
          hasTooltip={false}
          tabIndex={-1}
          onClick={(event) => event.stopPropagation()}
          className="max-md:size-9"
        >
          <EllipsisVertical />
        </IconButton>
      }
    />
  );
}
