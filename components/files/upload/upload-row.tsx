"use client";

import { CircleCheck, Pause, Play, RotateCw, X } from "lucide-react";
import { memo } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { MiddleTruncated } from "@/components/files/middle-truncated";
import {
  cancelUpload,
  pauseUpload,
  removeUpload,
  resumeUpload,
  retryUpload,
} from "@/components/files/upload/send-uploads";
import { isActive, isOver, isResumable, type Upload } from "@/components/files/upload/upload";
import { formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { Progress } from "@/components/ui/progress";

/** Of the many rows of a large upload only those are drawn again in which something happened. */
export const UploadRow = memo(function UploadRow({ upload }: { upload: Upload }) {
  const { id, file, state, sent } = upload;
  const isUndone = state === "failed" || state === "cancelled";
  return (
    <li className="flex min-h-12 items-center gap-3 py-1.5 ps-4 pe-2">
      <EntryIcon entry={{ kind: "file", mediaType: file.type }} />
      <div className="min-w-0 flex-1">
        <p className="text-sm">
          <MiddleTruncated name={upload.savedAs ?? file.name} />
        </p>
        {state === "sending" ? (
          <Progress value={sent} max={file.size} label={`Uploading ${file.name}`} className="mt-1" />
        ) : (
          <p className={state === "failed" ? "text-danger-text text-xs" : "text-muted text-xs"}>{wordsFor(upload)}</p>
        )}
      </div>
      {state === "done" && <CircleCheck aria-hidden className="size-4 shrink-0 text-success-text" />}
      <div className="flex shrink-0">
        {isUndone && (
          <IconButton label={`Upload ${file.name} again`} size="sm" onClick={() => retryUpload(id)}>
            <RotateCw />
          </IconButton>
        )}
        {isActive(upload) && isResumable(upload) && (
          <IconButton label={`Pause ${file.name}`} size="sm" onClick={() => pauseUpload(id)}>
            <Pause />
          </IconButton>
        )}
        {state === "paused" && (
          <IconButton label={`Go on with ${file.name}`} size="sm" onClick={() => resumeUpload(id)}>
            <Play />
          </IconButton>
        )}
        {(isActive(upload) || state === "paused") && (
          <IconButton label={`Cancel ${file.name}`} size="sm" onClick={() => cancelUpload(id)}>
            <X />
          </IconButton>
        )}
        {isOver(upload) && (
          <IconButton label={`Take ${file.name} off this list`} size="sm" onClick={() => removeUpload(id)}>
            <X />
          </IconButton>
        )}
      </div>
    </li>
  );
});

function wordsFor({ state, file, sent, failure }: Upload): string {
  switch (state) {
    case "waiting":
      return "Waiting";
    case "paused":
      return sent > 0 ? `Paused at ${formatSize(sent)} of ${formatSize(file.size)}` : "Paused";
    case "interrupted":
      return `${failure ?? "Your cloud cannot be reached."} This goes on by itself when it can.`;
    case "asking":
      return "The name is taken";
    case "failed":
      return failure ?? "It could not be sent.";
    case "cancelled":
      return "Not uploaded";
    default:
      return formatSize(file.size);
  }
}
