"use client";

import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useState } from "react";
import { ConflictDialog } from "@/components/files/upload/conflict-dialog";
import { totalOf } from "@/components/files/upload/upload";
import { UploadRow } from "@/components/files/upload/upload-row";
import { clearUploads } from "@/components/files/upload/upload-store";
import { useUploadEffects, useUploads } from "@/components/files/upload/use-uploads";
import { formatCount, formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { Progress } from "@/components/ui/progress";

/** The uploads of this window, on every page until they are put away. */
export function UploadPanel() {
  const uploads = useUploads();
  const [isFolded, setFolded] = useState(false);
  useUploadEffects(uploads);
  if (uploads.length === 0) return null;

  const { sent, size, done, active } = totalOf(uploads);
  const failed = uploads.filter((upload) => upload.state === "failed").length;
  const isBusy = active > 0;
  const heading = isBusy
    ? `Uploading ${formatCount(active, "file", "files")}`
    : failed > 0
      ? `${formatCount(failed, "file", "files")} could not be uploaded`
      : `${formatCount(done, "file", "files")} uploaded`;
  return (
    <section
      aria-label="Uploads"
      className="fixed inset-x-3 bottom-18 z-30 flex max-h-[min(24rem,60dvh)] animate-rise flex-col overflow-hidden rounded-lg border bg-raised shadow-pop md:start-auto md:end-4 md:bottom-4 md:w-92"
    >
      <header className="flex items-center gap-1 py-1.5 ps-4 pe-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-medium">
            <span role="status">{heading}</span>
          </h2>
          {isBusy && (
            <p className="text-muted text-xs tabular-nums">
              {formatSize(sent)} of {formatSize(size)}
            </p>
          )}
        </div>
        <IconButton
          label={isFolded ? "Show the list" : "Hide the list"}
          aria-expanded={!isFolded}
          size="sm"
          onClick={() => setFolded(!isFolded)}
        >
          {isFolded ? <ChevronUp /> : <ChevronDown />}
        </IconButton>
        <IconButton label={isBusy ? "Cancel all" : "Close"} size="sm" onClick={clearUploads}>
          <X />
        </IconButton>
      </header>
      {isBusy && <Progress value={sent} max={size} label="All uploads" className="rounded-none" />}
      {!isFolded && (
        <ul className="min-h-0 divide-y overflow-y-auto border-t">
          {uploads.map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
      <ConflictDialog uploads={uploads} />
    </section>
  );
}
