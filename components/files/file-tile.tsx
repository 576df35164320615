// biome-ignore-all lint/a11y/useSemanticElements: the tiles of a virtual list are placed by hand, which the cells of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the tile has the focus and hears the keys

"use client";

import { EntryMenu } from "@/components/files/entry-menu";
import { EntryName } from "@/components/files/entry-name";
import { SharedCell } from "@/components/files/shared-cell";
import { Thumbnail } from "@/components/files/thumbnail";
import { type EntryElementProps, useEntryElement } from "@/components/files/use-entry-element";
import { cn } from "@/components/ui/cn";
import { DetailsLine } from "@/components/ui/details-line";
import { formatSize } from "@/components/ui/format";
import { Time } from "@/components/ui/time";

/** A thing as a tile, with a small picture of what is in it where there is one. */
export function FileTile(tile: EntryElementProps) {
  const { entry, isRenaming, isCut, actionsOf } = tile;
  const { entryPath, isNarrow, isOver, isCursor, props } = useEntryElement(tile);
  const size = entry.kind === "file" ? formatSize(entry.size) : "";
  return (
    <div
      {...props}
      role="gridcell"
      className={cn(
        "m-1 flex min-w-0 select-none flex-col rounded-md p-2 hover:bg-hover aria-selected:bg-accent-soft",
        isCursor &&
          "group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent",
        isRenaming && "z-10",
        isOver && "bg-accent-soft outline-2 outline-accent -outline-offset-2",
      )}
    >
      <span
        className={cn(
          "flex h-32 shrink-0 items-center justify-center overflow-hidden rounded-sm bg-sunken",
          isCut && "opacity-40",
        )}
      >
        <Thumbnail key={entry.etag} entry={entry} path={entryPath} />
      </span>
      <span className="mt-1.5 flex min-w-0 items-center gap-1">
        <span className="min-w-0 flex-1">
          <EntryName {...tile} entryPath={entryPath} isNarrow={isNarrow} />
          <span className="flex h-5 min-w-0 items-center text-muted text-sm">
            {entry.source || entry.sharedWith ? (
              <SharedCell entry={entry} />
            ) : (
              <DetailsLine>
                <Time iso={entry.modifiedAt} />
                {size && <span>· {size}</span>}
              </DetailsLine>
            )}
          </span>
        </span>
        <EntryMenu name={entry.name} actions={actionsOf(entry)} />
      </span>
    </div>
  );
}
