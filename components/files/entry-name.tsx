"use client";

import { Star } from "lucide-react";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import { OfflineMark } from "@/components/files/offline/offline-mark";
import { PlaceLink } from "@/components/files/place-link";
import { RenameBox } from "@/components/files/rename-box";
import type { EntryElementProps } from "@/components/files/use-entry-element";

type EntryNameProps = Pick<EntryElementProps, "entry" | "selection" | "isRenaming" | "isCut" | "onRenamed"> & {
  entryPath: string;
  isNarrow: boolean;
};

/** The name of a thing, which leads to it, with its marks; or the box to change it. */
export function EntryName({ entry, selection, isRenaming, isCut, onRenamed, entryPath, isNarrow }: EntryNameProps) {
  if (isRenaming) return <RenameBox path={entryPath} entry={entry} onDone={onRenamed} />;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <PlaceLink
        path={entryPath}
        kind={entry.kind}
        tabIndex={-1}
        draggable={false}
        onClick={(event) => {
          // With a key held, a click on the name selects as one beside it does.
          const isSelecting = event.shiftKey || event.ctrlKey || event.metaKey || (isNarrow && selection.ids.size > 0);
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
      {entry.offline && <OfflineMark offline={entry.offline} />}
    </span>
  );
}
