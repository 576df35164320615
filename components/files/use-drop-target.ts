"use client";

import { type DragEvent, useState } from "react";
import { draggedPaths, hasEntries, verbOf } from "@/components/files/dnd";
import { useTransfer } from "@/components/files/transfer/use-transfer";

/** Makes a folder's row or crumb take entries that are dropped on it. */
export function useDropTarget(folder: string | null) {
  const [isOver, setOver] = useState(false);
  const transfer = useTransfer();
  if (folder === null) return { isOver: false, handlers: {} };
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!hasEntries(event.dataTransfer)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = verbOf(event);
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        if (!hasEntries(event.dataTransfer)) return;
        event.preventDefault();
        void transfer(verbOf(event), draggedPaths(event.dataTransfer), folder);
      },
    },
  };
}
