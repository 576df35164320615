"use client";

import { useState } from "react";
import { contentUrl } from "@/components/files/paths";
import { NoPreview } from "@/components/files/preview/no-preview";
import { previewKind } from "@/components/files/preview/preview-kind";
import { TextPreview } from "@/components/files/preview/text-preview";
import type { EntryView } from "@/lib/files/schema";

/** A file as itself, where a browser can show it without running anything of it. */
export function PreviewBody({ path, entry }: { path: string; entry: EntryView }) {
  const [isBroken, setBroken] = useState(false);
  const kind = previewKind(entry);
  // The etag in the address makes a changed file a new one to the browser.
  const url = `${contentUrl(path)}&v=${encodeURIComponent(entry.etag)}`;
  const onError = () => setBroken(true);
  if (isBroken) return <NoPreview path={path} entry={entry} isBroken />;
  switch (kind) {
    case "image":
      return (
        <div className="flex min-h-0 flex-1 items-center justify-center p-4 md:p-8">
          {/* biome-ignore lint/performance/noImgElement: these bytes are the person's own file, not an asset of the site */}
          <img
            src={url}
            alt={entry.name}
            onError={onError}
            className="max-h-full max-w-full rounded-xs object-contain"
          />
        </div>
      );
    case "pdf":
      return <iframe src={url} title={entry.name} className="min-h-0 w-full flex-1 border-0 bg-white" />;
    case "video":
      return (
        <div className="flex min-h-0 flex-1 items-center justify-center p-4 md:p-8">
          {/* biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions */}
          <video src={url} controls onError={onError} className="max-h-full max-w-full rounded-xs" />
        </div>
      );
    case "audio":
      return (
        <div className="flex min-h-0 flex-1 items-center justify-center p-8">
          {/* biome-ignore lint/a11y/useMediaCaption: people's own recordings come without captions */}
          <audio src={url} controls onError={onError} className="w-full max-w-120" />
        </div>
      );
    case "markdown":
    case "text":
      return <TextPreview url={url} isMarkdown={kind === "markdown"} />;
    case "none":
      return <NoPreview path={path} entry={entry} />;
  }
}
