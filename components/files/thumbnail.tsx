"use client";

import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { thumbnailUrl } from "@/components/files/paths";
import { cn } from "@/components/ui/cn";
import type { DriveEntryView } from "@/lib/drive/schema";

/** A small picture of a picture, or of the first page of a paper; of all else the sign of its kind. */
export function Thumbnail({ entry, path }: { entry: DriveEntryView; path: string }) {
  const [isNone, setNone] = useState(false);
  if (isNone || !entry.hasThumbnail) return <EntryIcon entry={entry} className="size-10" />;
  return (
    // biome-ignore lint/performance/noImgElement: the server has made it small already
    <img
      src={thumbnailUrl(path, entry)}
      alt=""
      draggable={false}
      decoding="async"
      onError={() => setNone(true)}
      className={cn("size-full object-cover", entry.mediaType === "application/pdf" && "object-top")}
    />
  );
}
