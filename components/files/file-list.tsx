// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual list are placed by hand, which those of a table cannot be

"use client";

import { type MouseEvent, useState } from "react";
import { useArrivals } from "@/components/files/arrivals";
import { setClipboard, useClipboard } from "@/components/files/clipboard";
import { entryActions } from "@/components/files/entry-actions";
import { EntryLines } from "@/components/files/entry-lines";
import { folderActions } from "@/components/files/folder-actions";
import { ListHead } from "@/components/files/list-head";
import { joinPath, parentOf } from "@/components/files/paths";
import type { EntryElementProps } from "@/components/files/use-entry-element";
import type { FilesActions } from "@/components/files/use-files-actions";
import { useLayout } from "@/components/files/use-layout";
import { useLines } from "@/components/files/use-lines";
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

/** The things in a folder, in lines or tiles, of which only the visible ones exist; the keyboard stays on the list itself. */
export function FileList({ path, entries, files, hasMore, onMore }: FileListProps) {
  const [grid, setGrid] = useState<HTMLDivElement | null>(null);
  const [renamingId, setRenamingId] = useState<string | null>(null);
  const { goTo, openEntry } = usePlace();
  const selection = useSelection(entries);
  const clipboard = useClipboard();
  const cut = new Set(clipboard?.verb === "move" ? clipboard.paths : []);
  const layout = useLayout();
  const lines = useLines(grid, layout);
  const { columns } = lines;

  useArrivals({
    folder: path,
    entries,
    hasSelection: selection.isOwn,
    hasMore,
    onMore,
    onArrived(indexes) {
      selection.pickAll(indexes);
      lines.reveal(indexes[0] ?? 0);
    },
  });

  const onRename = (entry: DriveEntryView) => setRenamingId(entry.id);
  const actionsOf = (chosen: DriveEntryView[]) => entryActions(chosen, { files, row: { onOpen: openEntry, onRename } });
  const onKeyDown = useListKeys({
    entries,
    selection,
    columns,
    pageSize: lines.pageSize,
    onReveal: lines.reveal,
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
    const index = indexOf(event.target);
    const entry = index === null ? undefined : entries[index];
    if (!entry || index === null) selection.clear();
    else if (!selection.ids.has(entry.id)) selection.pick(index);
  }

  const propsOf = (entry: DriveEntryView, index: number): EntryElementProps => ({
    ...{ entry, index, path, selection },
    isRenaming: renamingId === entry.id,
    isCut: cut.has(joinPath(path, entry.name)),
    onOpen: openEntry,
    onRenamed() {
      setRenamingId(null);
      grid?.focus();
    },
    actionsOf: (one: DriveEntryView) => actionsOf([one]),
  });
  const actions = actionsOf(selection.selected);
  const current = entries[selection.cursor];
  return (
    <div className="@container flex min-h-0 flex-1 flex-col">
      <ListHead selected={selection.selected} actions={actions} onClear={selection.clear} />
      <ContextMenu actions={actions.length > 0 ? actions : folderActions(files)}>
        <div
          ref={setGrid}
          role="grid"
          aria-label="Files and folders"
          aria-multiselectable
          aria-rowcount={hasMore ? -1 : Math.ceil(entries.length / columns)}
          aria-activedescendant={current && `row-${current.id}`}
          tabIndex={0}
          onFocus={(event) => event.target === event.currentTarget && selection.enter()}
          onKeyDown={onKeyDown}
          onContextMenuCapture={onContextMenu}
          className="group/list min-h-0 flex-1 overflow-y-auto px-1 pb-4 outline-none md:px-3 [body:has(#uploads)_&]:pb-20 [body:has(#uploads[data-open])_&]:pb-[calc(min(24rem,60dvh)+2rem)]"
        >
          <EntryLines entries={entries} lines={lines} propsOf={propsOf} hasMore={hasMore} onMore={onMore} />
        </div>
      </ContextMenu>
    </div>
  );
}

function indexOf(target: EventTarget): number | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-index]") : null;
  return element ? Number(element.dataset.index) : null;
}
