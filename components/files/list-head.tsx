"use client";

import { X } from "lucide-react";
import { LayoutSwitch } from "@/components/files/layout-switch";
import { ROW_COLUMNS } from "@/components/files/row-columns";
import { useLayout } from "@/components/files/use-layout";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { formatCount } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import type { MenuAction } from "@/components/ui/menu-action";
import type { DriveEntryView } from "@/lib/drive/schema";

type ListHeadProps = { selected: DriveEntryView[]; actions: MenuAction[]; onClear: () => void };

/** The names of the columns; while something is selected, what can be done with it. */
export function ListHead({ selected, actions, onClear }: ListHeadProps) {
  const layout = useLayout();
  if (selected.length === 0) {
    return (
      <div className="relative mx-4 border-b md:mx-6">
        <div aria-hidden className={cn(ROW_COLUMNS, "h-9 items-center font-medium text-muted text-sm")}>
          <span className="col-span-2">{layout === "list" && "Name"}</span>
          <span className="@max-3xl:hidden">{layout === "list" && "Shared"}</span>
          <span className="max-md:hidden">{layout === "list" && "Modified"}</span>
          <span className="text-end max-md:hidden">{layout === "list" && "Size"}</span>
        </div>
        <LayoutSwitch />
      </div>
    );
  }
  return (
    <div
      role="toolbar"
      aria-label="With what is selected"
      className="mx-4 mb-1 flex h-8 shrink-0 items-center gap-0.5 rounded-md bg-accent-soft ps-1 pe-2 md:mx-6"
    >
      <IconButton label="Clear the selection" size="sm" onClick={onClear}>
        <X />
      </IconButton>
      <span role="status" className="me-2 whitespace-nowrap font-medium text-accent-text text-sm tabular-nums">
        {formatCount(selected.length, "selected", "selected")}
      </span>
      <div className="flex min-w-0 items-center overflow-x-auto">
        {actions.map(
          (action) =>
            action &&
            action.label !== "Open" &&
            !action.isQuiet && (
              <Button
                key={action.label}
                size="sm"
                variant="ghost"
                onClick={action.onSelect}
                data-testid={action.testId}
                className="max-md:px-2"
              >
                {action.icon && <action.icon aria-hidden />}
                <span className="max-md:sr-only">{action.label}</span>
              </Button>
            ),
        )}
      </div>
    </div>
  );
}
