"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { isEditable } from "@/components/files/edit/edited-text";
import { entryActions } from "@/components/files/entry-actions";
import { joinPath } from "@/components/files/paths";
import { entryQuery } from "@/components/files/queries";
import type { FilesActions } from "@/components/files/use-files-actions";
import { usePlace } from "@/components/files/use-place";
import { Waiting } from "@/components/files/waiting";
import { Spinner } from "@/components/ui/spinner";
import type { DriveEntryView } from "@/lib/drive/schema";

const PreviewOverlay = dynamic(() =>
  import("@/components/files/preview/preview-overlay").then((part) => part.PreviewOverlay),
);

type PreviewOfPlaceProps = { entries: DriveEntryView[]; files: FilesActions };

/** The file that the address of the page opens, over the list. */
export function PreviewOfPlace({ entries, files }: PreviewOfPlaceProps) {
  const { path, openName, showFile, closeFile } = usePlace();
  const listed = entries.find((entry) => entry.name === openName && entry.kind === "file");
  // In a folder of many thousands the row may not have been fetched yet.
  const query = entryQuery(joinPath(path, openName ?? ""));
  const asked = useQuery({ ...query, enabled: openName !== null && !listed });
  const client = useQueryClient();
  if (openName === null) return null;

  const shown = entries.filter((entry) => entry.kind === "file");
  const index = shown.findIndex((entry) => entry.name === openName);
  const neighbour = (step: 1 | -1) => (index < 0 ? undefined : shown[index + step]);
  function closeAndRemove(removed: DriveEntryView[]) {
    closeFile();
    files.remove(removed);
  }
  const follow = (entry: DriveEntryView | undefined) => entry && (() => showFile(entry.name));
  const entry = listed ?? asked.data;
  return (
    <PreviewOverlay
      path={joinPath(path, openName)}
      entry={entry}
      actions={
        entry
          ? entryActions([entry], { files: { ...files, remove: closeAndRemove } }).filter(
              (one) => one?.label !== "Edit",
            )
          : []
      }
      onEdit={entry && isEditable(entry) ? () => files.edit(entry) : undefined}
      from={files.from ?? entry?.source ?? null}
      error={listed ? null : asked.error}
      onRetry={() => void asked.refetch()}
      onClose={closeFile}
      onPrevious={follow(neighbour(-1))}
      onNext={follow(neighbour(1))}
      waiting={
        <Waiting
          path={joinPath(path, openName)}
          from={files.from ?? undefined}
          isStopped={asked.fetchStatus === "idle"}
          onStop={() => void client.cancelQueries({ queryKey: query.queryKey })}
          onRetry={() => void asked.refetch()}
        >
          <Spinner className="m-auto text-faint" />
        </Waiting>
      }
    />
  );
}
