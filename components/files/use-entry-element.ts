"use client";

import type { DragEvent, MouseEvent } from "react";
import { DRAGGED_ENTRIES, offerDownload } from "@/components/files/dnd";
import { joinPath } from "@/components/files/paths";
import { useDropTarget } from "@/components/files/use-drop-target";
import { useIsNarrow } from "@/components/files/use-is-narrow";
import type { Selection } from "@/components/files/use-selection";
import type { MenuAction } from "@/components/ui/menu-action";
import type { DriveEntryView } from "@/lib/drive/schema";

/** What a row or tile of the list is given. */
export type EntryElementProps = {
  entry: DriveEntryView;
  /** Among all things of the folder. */
  index: number;
  /** The folder. */
  path: string;
  selection: Selection;
  isRenaming: boolean;
  /** It waits to be pasted elsewhere. */
  isCut: boolean;
  onOpen: (entry: DriveEntryView) => void;
  onRenamed: () => void;
  actionsOf: (entry: DriveEntryView) => MenuAction[];
};

/** What one thing in the list does under the mouse, whatever it looks like. The grid around it hears the keys. */
export function useEntryElement({ entry, index, path, selection, isRenaming, onOpen }: EntryElementProps) {
  const isSelected = selection.ids.has(entry.id);
  const isNarrow = useIsNarrow();
  const entryPath = joinPath(path, entry.name);
  const drop = useDropTarget(entry.kind === "folder" && entry.canWrite && !isSelected ? entryPath : null);

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

  return {
    entryPath,
    isNarrow,
    isOver: drop.isOver,
    isCursor: index === selection.cursor,
    props: {
      id: `row-${entry.id}`,
      "aria-selected": isSelected,
      "data-testid": "file-row",
      "data-name": entry.name,
      "data-index": index,
      draggable: !isRenaming && !isNarrow,
      onDragStart,
      onClick,
      onDoubleClick: () => onOpen(entry),
      ...drop.handlers,
    },
  };
}
