"use client";

import { contentUrl } from "@/components/files/paths";
import { REACH, textOf } from "@/components/files/preview/contents";
import { LoadedContent } from "@/components/files/preview/loaded-content";
import { MediaPreview } from "@/components/files/preview/media-preview";
import { NoPreview } from "@/components/files/preview/no-preview";
import { previewKind } from "@/components/files/preview/preview-kind";
import { TextPreview } from "@/components/files/preview/text-preview";
import type { SourceView } from "@/lib/drive/schema";
import type { EntryView } from "@/lib/files/schema";

type PreviewBodyProps = { path: string; entry: EntryView; from: SourceView | null };

/** A file as itself, where a browser can show it without running anything of it. */
export function PreviewBody({ path, entry, from }: PreviewBodyProps) {
  const kind = previewKind(entry);
  // The etag in the address makes a changed file a new one to the browser.
  const url = `${contentUrl(path)}&v=${encodeURIComponent(entry.etag)}`;
  switch (kind) {
    case "none":
      return <NoPreview path={path} entry={entry} />;
    case "markdown":
    case "text":
      return (
        <LoadedContent path={path} url={url} from={from} content={textOf(entry.size)}>
          {(read) => <TextPreview read={read} isMarkdown={kind === "markdown"} />}
        </LoadedContent>
      );
    default:
      return (
        <LoadedContent path={path} url={url} from={from} content={REACH}>
          {() => <MediaPreview kind={kind} path={path} url={url} entry={entry} />}
        </LoadedContent>
      );
  }
}
