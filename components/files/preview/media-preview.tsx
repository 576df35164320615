"use client";

import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { NoPreview } from "@/components/files/preview/no-preview";
import type { PreviewKind } from "@/components/files/preview/preview-kind";
import type { EntryView } from "@/lib/files/schema";

type MediaPreviewProps = {
  kind: Extract<PreviewKind, "image" | "pdf" | "audio" | "video">;
  path: string;
  url: string;
  entry: EntryView;
};

/** What the browser itself shows or plays. */
export function MediaPreview({ kind, path, url, entry }: MediaPreviewProps) {
  const [isBroken, setBroken] = useState(false);
  const onError = () => setBroken(true);
  if (isBroken) return <NoPreview path={path} entry={entry} isBroken />;
  if (kind === "pdf") {
    return <iframe src={url} title={entry.name} className="min-h-0 w-full flex-1 border-0 bg-white" />;
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center gap-4 p-4 md:p-8">
      {kind === "image" && (
        // biome-ignore lint/performance/noImgElement: these bytes are the person's own file, not an asset of the site
        <img src={url} alt={entry.name} onError={onError} className="max-h-full max-w-full rounded-xs object-contain" />
      )}
      {kind === "video" && (
        // biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions
        <video src={url} controls onError={onError} className="max-h-full max-w-full rounded-xs" />
      )}
      {kind === "audio" && (
        <>
          <EntryIcon entry={entry} className="size-16" />
          <p className="max-w-full break-words text-center font-medium">{entry.name}</p>
          {/* biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions */}
          <audio src={url} controls onError={onError} className="w-full max-w-120" />
        </>
      )}
    </div>
  );
}
