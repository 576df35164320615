"use client";

import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { thumbnailUrl } from "@/components/files/paths";
import { cn } from "@/components/ui/cn";
import type { DriveEntryView } from "@/lib/drive/schema";

/** A small picture of one's own picture, or of the first page of one's own paper; of all else, and of what other clouds have, the sign of its kind. */
export function Thumbnail({ entry }: { entry: DriveEntryView }) {
  const [isNone, setNone] = useState(false);
  if (isNone || !entry.hasThumbnail) return <EntryIcon entry={entry} className="size-10" />;
  return (
    // biome-ignore lint/performance/noImgElement: the server has made it small already
    <img
      src={thumbnailUrl(entry)}
      alt=""
      draggable={false}
      decoding="async"
      onError={() => setNone(true)}
      className={cn("size-full object-cover", entry.mediaType === "application/pdf" && "object-top")}
    />
  );
}
