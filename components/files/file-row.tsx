// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual list are placed by hand, which those of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the row has the focus and hears the keys

"use client";

import type { CSSProperties } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { EntryMenu } from "@/components/files/entry-menu";
import { EntryName } from "@/components/files/entry-name";
import { ROW_COLUMNS } from "@/components/files/row-columns";
import { SharedCell } from "@/components/files/shared-cell";
import { type EntryElementProps, useEntryElement } from "@/components/files/use-entry-element";
import { cn } from "@/components/ui/cn";
import { formatSize } from "@/components/ui/format";
import { Time } from "@/components/ui/time";

/** A thing in a line of its own. */
export function FileRow({ style, ...row }: EntryElementProps & { style: CSSProperties }) {
  const { entry, index, isRenaming, isCut, actionsOf } = row;
  const { entryPath, isNarrow, isOver, isCursor, props } = useEntryElement(row);
  const size = entry.kind === "file" ? formatSize(entry.size) : "";
  return (
    <div
      {...props}
      role="row"
      aria-rowindex={index + 1}
      style={style}
      className={cn(
        ROW_COLUMNS,
        "absolute inset-x-0 top-0 select-none items-center rounded-md px-3 hover:bg-hover aria-selected:bg-accent-soft",
        isCursor &&
          "group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent",
        isRenaming && "z-10",
        isOver && "bg-accent-soft outline-2 outline-accent -outline-offset-2",
      )}
    >
      <span role="gridcell" data-select className="flex">
        <EntryIcon entry={entry} className={cn("size-5.5", isCut && "opacity-40")} />
      </span>
      <span role="gridcell" className="min-w-0">
        <EntryName {...row} entryPath={entryPath} isNarrow={isNarrow} />
        <span className="flex min-w-0 items-center gap-2 text-muted text-sm md:hidden">
          <span className="shrink-0">
            <Time iso={entry.modifiedAt} />
            {size && ` · ${size}`}
          </span>
          {isNarrow && <SharedCell entry={entry} />}
        </span>
      </span>
      <span role="gridcell" className="min-w-0 @max-3xl:hidden">
        <SharedCell entry={entry} />
      </span>
      <span role="gridcell" className="truncate text-muted text-sm max-md:hidden">
        <Time iso={entry.modifiedAt} />
      </span>
      <span role="gridcell" className="truncate text-end text-muted text-sm tabular-nums max-md:hidden">
        {size}
      </span>
      <span role="gridcell" className="flex justify-end">
        <EntryMenu name={entry.name} actions={actionsOf(entry)} />
      </span>
    </div>
  );
}
