"use client";

import { ChevronDown, ChevronUp, Pause, Play, X } from "lucide-react";
import { useEffect, useState } from "react";
import { ConflictDialog } from "@/components/files/upload/conflict-dialog";
import { clearUploads, pauseUploads, resumeUploads } from "@/components/files/upload/send-uploads";
import { dismissUnfinished } from "@/components/files/upload/unfinished";
import { UnfinishedRows } from "@/components/files/upload/unfinished-rows";
import { inOrder, totalOf, type Upload } from "@/components/files/upload/upload";
import { UploadRow } from "@/components/files/upload/upload-row";
import { useUploadEffects } from "@/components/files/upload/use-upload-effects";
import { useUnfinished, useUploads } from "@/components/files/upload/use-uploads";
import { formatCount, formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { Progress } from "@/components/ui/progress";

const FOLDS_AFTER = 4000;
const MOST_SHOWN = 200;

/** The uploads of this window, on every page until they are put away. */
export function UploadPanel() {
  const uploads = useUploads();
  const unfinished = useUnfinished();
  // Folded holds for as many as there were: new ones open it again.
  const [foldedAt, setFoldedAt] = useState(0);
  const total = totalOf(uploads);
  useUploadEffects(uploads);

  const count = uploads.length + unfinished.length;
  const isQuiet = total.active + total.failed + total.asking + total.paused + unfinished.length === 0;
  useEffect(() => {
    if (!isQuiet) return;
    const timer = setTimeout(() => setFoldedAt(count), FOLDS_AFTER);
    return () => clearTimeout(timer);
  }, [isQuiet, count]);
  if (count === 0) return null;

  const isFolded = foldedAt === count;
  const isBusy = total.active > 0;
  const hasSize = isBusy || total.paused > 0;
  const close = () => {
    clearUploads();
    dismissUnfinished();
  };
  return (
    <section
      // By these the list beneath leaves room for it.
      id="uploads"
      data-open={!isFolded || undefined}
      aria-label="Uploads"
      className="fixed inset-x-3 bottom-18 z-30 flex max-h-[min(24rem,60dvh)] animate-rise flex-col overflow-hidden rounded-lg border bg-raised shadow-pop md:start-auto md:end-4 md:bottom-4 md:w-92"
    >
      <header className="flex items-center gap-1 py-1.5 ps-4 pe-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-medium">
            <span role="status">{uploads.length > 0 ? headingFor(total) : unfinishedWords(count)}</span>
          </h2>
          {hasSize && (
            <p className="text-muted text-xs tabular-nums">
              {formatSize(total.sent)} of {formatSize(total.size)}
            </p>
          )}
        </div>
        {isBusy && uploads.length > 1 && (
          <IconButton label="Pause all" size="sm" onClick={pauseUploads}>
            <Pause />
          </IconButton>
        )}
        {!isBusy && total.paused > 1 && (
          <IconButton label="Go on with all" size="sm" onClick={resumeUploads}>
            <Play />
          </IconButton>
        )}
        <IconButton
          label={isFolded ? "Show the list" : "Hide the list"}
          aria-expanded={!isFolded}
          size="sm"
          onClick={() => setFoldedAt(isFolded ? 0 : count)}
        >
          {isFolded ? <ChevronUp /> : <ChevronDown />}
        </IconButton>
        <IconButton label={hasSize ? "Cancel all" : "Close"} size="sm" onClick={close}>
          <X />
        </IconButton>
      </header>
      {hasSize && <Progress value={total.sent} max={total.size} label="All uploads" className="rounded-none" />}
      {!isFolded && (
        <ul className="min-h-0 divide-y overflow-y-auto border-t">
          <UnfinishedRows unfinished={unfinished} />
          <UploadRows uploads={uploads} />
        </ul>
      )}
      <ConflictDialog uploads={uploads} />
    </section>
  );
}

function UploadRows({ uploads }: { uploads: readonly Upload[] }) {
  return (
    <>
      {inOrder(uploads)
        .slice(0, MOST_SHOWN)
        .map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      {uploads.length > MOST_SHOWN && (
        <li className="px-4 py-3 text-muted text-sm">And {formatCount(uploads.length - MOST_SHOWN, "more", "more")}</li>
      )}
    </>
  );
}

const unfinishedWords = (count: number) => `${formatCount(count, "upload was", "uploads were")} interrupted`;

function headingFor(total: ReturnType<typeof totalOf>): string {
  const { active, failed, done, skipped, asking, paused, interrupted, away } = total;
  if (active > 0 && active === away) return "Waiting for your cloud";
  if (active > 0 && active === interrupted) return "Waiting to go on";
  if (active > 0) return `Uploading ${formatCount(active, "file", "files")}`;
  if (asking > 0) return `${formatCount(asking, "file waits", "files wait")} for your answer`;
  if (paused > 0) return `${formatCount(paused, "file", "files")} paused`;
  const rest = skipped > 0 ? ` · ${formatCount(skipped, "skipped", "skipped")}` : "";
  if (failed > 0) return `${formatCount(failed, "file", "files")} could not be uploaded${rest}`;
  return `${done > 0 ? `${formatCount(done, "file", "files")} uploaded` : "Nothing uploaded"}${rest}`;
}
