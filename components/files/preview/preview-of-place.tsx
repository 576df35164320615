"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { joinPath } from "@/components/files/paths";
import { entryQuery } from "@/components/files/queries";
import { usePlace } from "@/components/files/use-place";
import type { EntryView } from "@/lib/files/schema";

const PreviewOverlay = dynamic(() =>
  import("@/components/files/preview/preview-overlay").then((part) => part.PreviewOverlay),
);

/** The file that the address of the page opens, over the list. */
export function PreviewOfPlace({ entries }: { entries: EntryView[] }) {
  const { path, openName, showFile, closeFile } = usePlace();
  const listed = entries.find((entry) => entry.name === openName && entry.kind === "file");
  // In a folder of many thousands the row may not have been fetched yet.
  const asked = useQuery({ ...entryQuery(joinPath(path, openName ?? "")), enabled: openName !== null && !listed });
  if (openName === null) return null;

  const files = entries.filter((entry) => entry.kind === "file");
  const index = files.findIndex((entry) => entry.name === openName);
  const neighbour = (step: 1 | -1) => (index < 0 ? undefined : files[index + step]);
  const follow = (entry: EntryView | undefined) => entry && (() => showFile(entry.name));
  return (
    <PreviewOverlay
      path={joinPath(path, openName)}
      entry={listed ?? asked.data}
      error={listed ? null : asked.error}
      onClose={closeFile}
      onPrevious={follow(neighbour(-1))}
      onNext={follow(neighbour(1))}
    />
  );
}
