// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual list are placed by hand, which those of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the row has the focus and hears the keys

"use client";

import { EllipsisVertical, Star } from "lucide-react";
import type { CSSProperties, DragEvent, MouseEvent } from "react";
import { DRAGGED_ENTRIES, offerDownload } from "@/components/files/dnd";
import { EntryIcon } from "@/components/files/entry-icon";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { joinPath } from "@/components/files/paths";
import { PlaceLink } from "@/components/files/place-link";
import { RenameBox } from "@/components/files/rename-box";
import { ROW_COLUMNS } from "@/components/files/row-columns";
import { SharedCell } from "@/components/files/shared-cell";
import { useDropTarget } from "@/components/files/use-drop-target";
import { useIsNarrow } from "@/components/files/use-is-narrow";
import type { Selection } from "@/components/files/use-selection";
import { cn } from "@/components/ui/cn";
import { formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { Menu } from "@/components/ui/menu";
import type { MenuAction } from "@/components/ui/menu-action";
import { Time } from "@/components/ui/time";
import type { DriveEntryView } from "@/lib/drive/schema";

type FileRowProps = {
  entry: DriveEntryView;
  index: number;
  path: string;
  style: CSSProperties;
  selection: Selection;
  isRenaming: boolean;
  /** It waits to be pasted elsewhere. */
  isCut: boolean;
  onOpen: (entry: DriveEntryView) => void;
  onRenamed: () => void;
  actionsOf: (entry: DriveEntryView) => MenuAction[];
};

export function FileRow({
  entry,
  index,
  path,
  style,
  selection,
  isRenaming,
  isCut,
  onOpen,
  onRenamed,
  actionsOf,
}: FileRowProps) {
  const isSelected = selection.ids.has(entry.id);
  const isNarrow = useIsNarrow();
  const entryPath = joinPath(path, entry.name);
  const drop = useDropTarget(entry.kind === "folder" && entry.canWrite && !isSelected ? entryPath : null);
  const size = entry.kind === "file" ? formatSize(entry.size) : "";

  function onClick(event: MouseEvent) {
    // Clicks in the row's menu arrive here too, though the menu stands elsewhere on the page.
    if (!(event.target instanceof Element) || !event.currentTarget.contains(event.target)) return;
    const isSelecting = selection.ids.size > 0 || event.target.closest("[data-select]") !== null;
    if (isNarrow && !isSelecting) onOpen(entry);
    else selection.pick(index, { isRange: event.shiftKey, isToggle: event.ctrlKey || event.metaKey || isNarrow });
  }

  function onDragStart(event: DragEvent) {
    if (!isSelected) selection.pick(index);
    const dragged = isSelected ? selection.selected : [entry];
    event.dataTransfer.setData(DRAGGED_ENTRIES, dragged.map((one) => joinPath(path, one.name)).join("\n"));
    event.dataTransfer.effectAllowed = "copyMove";
    if (dragged.length === 1 && entry.kind === "file") offerDownload(event.dataTransfer, entry, entryPath);
  }

  return (
    // The grid around it has the focus and hears the keys.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={`row-${entry.id}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      data-testid="file-row"
      data-name={entry.name}
      style={style}
      draggable={!isRenaming && !isNarrow}
      onDragStart={onDragStart}
      onClick={onClick}
      onDoubleClick={() => onOpen(entry)}
      {...drop.handlers}
      className={cn(
        ROW_COLUMNS,
        "absolute inset-x-0 top-0 select-none items-center rounded-md px-3 hover:bg-hover aria-selected:bg-accent-soft",
        index === selection.cursor &&
          "group-focus-visible/list:outline-2 group-focus-visible/list:-outline-offset-2 group-focus-visible/list:outline-accent",
        isRenaming && "z-10",
        drop.isOver && "bg-accent-soft outline-2 outline-accent -outline-offset-2",
      )}
    >
      <span role="gridcell" data-select className="flex">
        <EntryIcon entry={entry} className={cn("size-5.5", isCut && "opacity-40")} />
      </span>
      <span role="gridcell" className="min-w-0">
        {isRenaming ? (
          <RenameBox path={entryPath} entry={entry} onDone={onRenamed} />
        ) : (
          <span className="flex min-w-0 items-center gap-1.5">
            <PlaceLink
              path={entryPath}
              kind={entry.kind}
              tabIndex={-1}
              draggable={false}
              onClick={(event) => {
                // With a key held, a click on the name selects as one beside it does.
                const isSelecting =
                  event.shiftKey || event.ctrlKey || event.metaKey || (isNarrow && selection.ids.size > 0);
                if (isSelecting) event.preventDefault();
                else event.stopPropagation();
              }}
              className="block w-fit min-w-0 max-w-full hover:underline"
            >
              <MiddleTruncated name={entry.name} />
            </PlaceLink>
            {isCut && <span className="shrink-0 rounded-xs border border-dashed px-1 text-muted text-xs">Cut</span>}
            {entry.isFavourite && (
              <>
                <Star aria-hidden className="size-3.5 shrink-0 fill-current text-muted" />
                <span className="sr-only">Favourite</span>
              </>
            )}
          </span>
        )}
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
        <Menu
          actions={actionsOf(entry)}
          trigger={
            <IconButton
              label={`Actions for ${entry.name}`}
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
      </span>
    </div>
  );
}
