"use client";

import { type DragEvent, useState } from "react";
import { draggedPaths, hasEntries } from "@/components/files/dnd";
import { useMoveInto } from "@/components/files/use-move-into";

/** Makes a folder's row or crumb take entries that are dropped on it. */
export function useDropTarget(folder: string | null) {
  const [isOver, setOver] = useState(false);
  const moveInto = useMoveInto();
  if (folder === null) return { isOver: false, handlers: {} };
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasEntries(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        if (!hasEntries(event.dataTransfer)) return;
        event.preventDefault();
        void moveInto(draggedPaths(event.dataTransfer), folder);
      },
    },
  };
}
