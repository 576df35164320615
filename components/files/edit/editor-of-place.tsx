"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { draftOf } from "@/components/files/edit/drafts";
import { joinPath } from "@/components/files/paths";
import { previewKind } from "@/components/files/preview/preview-kind";
import { entryQuery } from "@/components/files/queries";
import { usePlace } from "@/components/files/use-place";
import { ErrorState } from "@/components/ui/error-state";
import type { DriveEntryView, SourceView } from "@/lib/drive/schema";

const EditorOverlay = dynamic(() =>
  import("@/components/files/edit/editor-overlay").then((part) => part.EditorOverlay),
);

type EditorOfPlaceProps = {
  entries: DriveEntryView[];
  from: SourceView | null;
  /** Whether the folder could be opened. What one has begun to write is opened without it. */
  isListed: boolean;
};

/** The text that the address of the page opens to be written in, over the list. */
export function EditorOfPlace({ entries, from, isListed }: EditorOfPlaceProps) {
  const { path, openName, closeFile, editFile } = usePlace();
  const listed = entries.find((entry) => entry.name === openName && entry.kind === "file");
  const place = joinPath(path, openName ?? "");
  // In a folder of many thousands the row may not have been fetched yet.
  const asked = useQuery({ ...entryQuery(place), enabled: isListed && openName !== null && !listed });
  // Whoever writes goes on when somebody else moves or deletes the file: that is met on saving.
  const [opened, setOpened] = useState<{ place: string; isMarkdown: boolean; from: SourceView | null } | null>(null);
  const found = listed ?? asked.data;
  if (openName !== null && opened?.place !== place) {
    const isMarkdown = draftOf(place)?.isMarkdown ?? (found && previewKind(found) === "markdown");
    if (isMarkdown !== undefined) setOpened({ place, isMarkdown, from: from ?? found?.source ?? null });
  }
  if (openName === null) return null;
  if (opened?.place !== place) {
    return asked.error && <ErrorState error={asked.error} title="This file could not be opened" />;
  }
  return (
    <EditorOverlay
      key={place}
      path={place}
      isMarkdown={opened.isMarkdown}
      from={opened.from}
      onClose={closeFile}
      onCopied={editFile}
    />
  );
}
