// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual list are placed by hand, which those of a table cannot be

"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import { useArrivals } from "@/components/files/arrivals";
import { setClipboard, useClipboard } from "@/components/files/clipboard";
import { entryActions } from "@/components/files/entry-actions";
import { FileRow } from "@/components/files/file-row";
import { folderActions } from "@/components/files/folder-actions";
import { ListHead } from "@/components/files/list-head";
import { joinPath, parentOf } from "@/components/files/paths";
import type { FilesActions } from "@/components/files/use-files-actions";
import { useIsNarrow } from "@/components/files/use-is-narrow";
import { useListKeys } from "@/components/files/use-list-keys";
import { usePlace } from "@/components/files/use-place";
import { useSelection } from "@/components/files/use-selection";
import { ContextMenu } from "@/components/ui/context-menu";
import { toast } from "@/components/ui/toast";
import type { DriveEntryView } from "@/lib/drive/schema";

type FileListProps = {
  path: string;
  entries: DriveEntryView[];
  files: FilesActions;
  hasMore: boolean;
  onMore: () => void;
};

/** The things in a folder, of which only the visible rows exist; the keyboard stays on the list itself. */
export function FileList({ path, entries, files, hasMore, onMore }: FileListProps) {
  const grid = useRef<HTMLDivElement>(null);
  const [renamingId, setRenamingId] = useState<string | null>(null);
  const { goTo, openEntry } = usePlace();
  const selection = useSelection(entries);
  const clipboard = useClipboard();
  const cut = new Set(clipboard?.verb === "move" ? clipboard.paths : []);
  const rowHeight = useIsNarrow() ? 60 : 44;

  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => entries[index]?.id ?? index,
  });
  // The height of a row changes with the width of the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rowHeight is what it reacts to
  useEffect(() => rows.measure(), [rowHeight, rows]);

  const visible = rows.getVirtualItems();
  const isNearEnd = (visible.at(-1)?.index ?? 0) >= entries.length - 100;
  useEffect(() => {
    if (hasMore && isNearEnd) onMore();
  }, [hasMore, isNearEnd, onMore]);

  const revealRow = (index: number) => grid.current && reveal(grid.current, index * rowHeight, rowHeight);
  useArrivals({
    folder: path,
    entries,
    hasSelection: selection.isOwn,
    hasMore,
    onMore,
    onArrived(indexes) {
      selection.pickAll(indexes);
      revealRow(indexes[0] ?? 0);
    },
  });

  const onRename = (entry: DriveEntryView) => setRenamingId(entry.id);
  const actionsOf = (chosen: DriveEntryView[]) => entryActions(chosen, { files, row: { onOpen: openEntry, onRename } });
  const onKeyDown = useListKeys({
    entries,
    selection,
    pageRows: () => Math.max(1, Math.floor((grid.current?.clientHeight ?? 0) / rowHeight) - 1),
    onReveal: revealRow,
    onOpen: openEntry,
    onUp: () => path !== "/" && goTo(parentOf(path)),
    onShortcut(shortcut, chosen) {
      const action = actionsOf(chosen).find((one) => one?.shortcut === shortcut);
      if (action) action.onSelect();
      else toast("You can only view this, not change it.");
    },
    onEscape() {
      selection.clear();
      setClipboard(null);
    },
  });

  function onContextMenu(event: MouseEvent) {
    const index = rowIndexOf(event.target);
    const entry = index === null ? undefined : entries[index];
    if (!entry || index === null) selection.clear();
    else if (!selection.ids.has(entry.id)) selection.pick(index);
  }

  const actions = actionsOf(selection.selected);
  const current = entries[selection.cursor];
  return (
    <div className="@container flex min-h-0 flex-1 flex-col">
      <ListHead selected={selection.selected} actions={actions} onClear={selection.clear} />
      <ContextMenu actions={actions.length > 0 ? actions : folderActions(files)}>
        <div
          ref={grid}
          role="grid"
          aria-label="Files and folders"
          aria-multiselectable
          aria-rowcount={hasMore ? -1 : entries.length}
          aria-activedescendant={current && `row-${current.id}`}
          tabIndex={0}
          onFocus={(event) => event.target === event.currentTarget && selection.enter()}
          onKeyDown={onKeyDown}
          onContextMenuCapture={onContextMenu}
          className="group/list min-h-0 flex-1 overflow-y-auto px-1 pb-4 outline-none md:px-3 [body:has(#uploads)_&]:pb-20 [body:has(#uploads[data-open])_&]:pb-[calc(min(24rem,60dvh)+2rem)]"
        >
          <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
            {visible.map(({ index, start }) => {
              const entry = entries[index];
              return (
                entry && (
                  <FileRow
                    key={entry.id}
                    entry={entry}
                    index={index}
                    path={path}
                    style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                    selection={selection}
                    isCut={cut.has(joinPath(path, entry.name))}
                    isRenaming={renamingId === entry.id}
                    onOpen={openEntry}
                    onRenamed={() => {
                      setRenamingId(null);
                      grid.current?.focus();
                    }}
                    actionsOf={(one) => actionsOf([one])}
                  />
                )
              );
            })}
          </div>
        </div>
      </ContextMenu>
    </div>
  );
}

/** Scrolls as little as needed. By hand, since rows have one height and keys can come faster than scroll events. */
function reveal(list: HTMLElement, top: number, height: number) {
  const lowest = top + height - list.clientHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (lowest > list.scrollTop) list.scrollTop = lowest;
}

function rowIndexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest("[aria-rowindex]") : null;
  return row ? Number(row.getAttribute("aria-rowindex")) - 1 : null;
}
