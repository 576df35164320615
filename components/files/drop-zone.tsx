"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { hasFiles } from "@/components/files/dnd";
import { nameOf } from "@/components/files/paths";
import { refreshFolders } from "@/components/files/queries";
import { addUploads } from "@/components/files/upload/add-uploads";
import { readDropped } from "@/components/files/upload/read-dropped";

type DropZoneProps = { folder: string; canWrite: boolean; children: ReactNode };

/** Takes files and whole folders from outside the browser. */
export function DropZone({ folder, canWrite, children }: DropZoneProps) {
  // Entering a child comes before leaving its parent, so a count says whether the pointer is still here.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const client = useQueryClient();

  function onDrag(event: DragEvent, change: 1 | -1 | 0) {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    depth.current += change;
    setOver(depth.current > 0);
    event.dataTransfer.dropEffect = canWrite ? "copy" : "none";
  }

  async function onDrop(event: DragEvent) {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    if (!canWrite) return;
    const dropped = await readDropped(event.dataTransfer);
    await addUploads(folder, dropped);
    if (dropped.emptyFolders.length > 0) await refreshFolders(client);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer only; the keyboard has the upload button
    <div
      onDragEnter={(event) => onDrag(event, 1)}
      onDragOver={(event) => onDrag(event, 0)}
      onDragLeave={(event) => onDrag(event, -1)}
      onDrop={(event) => void onDrop(event)}
      className="relative flex min-h-0 flex-1 flex-col"
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-2 z-30 flex items-end justify-center rounded-lg border-2 border-accent border-dashed bg-accent-soft/60 p-8">
          <p className="rounded-md bg-accent px-4 py-2 font-medium text-on-accent shadow-pop">
            {canWrite ? `Drop to upload to “${nameOf(folder) || "Files"}”` : "You can only view this folder"}
          </p>
        </div>
      )}
    </div>
  );
}
