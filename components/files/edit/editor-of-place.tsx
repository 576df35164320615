"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { joinPath } from "@/components/files/paths";
import { previewKind } from "@/components/files/preview/preview-kind";
import { entryQuery } from "@/components/files/queries";
import { usePlace } from "@/components/files/use-place";
import { ErrorState } from "@/components/ui/error-state";
import type { DriveEntryView, SourceView } from "@/lib/drive/schema";

const EditorOverlay = dynamic(() =>
  import("@/components/files/edit/editor-overlay").then((part) => part.EditorOverlay),
);

/** The text that the address of the page opens to be written in, over the list. */
export function EditorOfPlace({ entries, from }: { entries: DriveEntryView[]; from: SourceView | null }) {
  const { path, openName, closeFile, editFile } = usePlace();
  const listed = entries.find((entry) => entry.name === openName && entry.kind === "file");
  const place = joinPath(path, openName ?? "");
  // In a folder of many thousands the row may not have been fetched yet.
  const asked = useQuery({ ...entryQuery(place), enabled: openName !== null && !listed });
  // Whoever writes goes on when somebody else moves or deletes the file: that is met on saving.
  const [opened, setOpened] = useState<{ place: string; entry: DriveEntryView } | null>(null);
  const found = listed ?? asked.data;
  if (found && opened?.place !== place) setOpened({ place, entry: found });
  const entry = found ?? (opened?.place === place ? opened.entry : undefined);
  if (openName === null) return null;
  if (!entry) return asked.error && <ErrorState error={asked.error} title="This file could not be opened" />;
  return (
    <EditorOverlay
      key={place}
      path={place}
      isMarkdown={previewKind(entry) === "markdown"}
      from={from ?? entry.source ?? null}
      onClose={closeFile}
      onCopied={({ name }) => editFile(name)}
    />
  );
}
