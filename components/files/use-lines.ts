"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useState } from "react";
import { useIsNarrow } from "@/components/files/use-is-narrow";
import type { Layout } from "@/components/files/use-layout";

/** A tile is at least so wide, and so high. */
const TILE = { width: 168, height: 204 };

export type Lines = ReturnType<typeof useLines>;

/** How things stand in the lines of a list: one in each, or so many tiles. */
export function useLines(list: HTMLElement | null, layout: Layout) {
  const isNarrow = useIsNarrow();
  const across = useAcross(list);
  const columns = layout === "list" ? 1 : across;
  const height = layout === "tiles" ? TILE.height : isNarrow ? 60 : 44;
  return {
    list,
    layout,
    columns,
    height,
    /** How many things fit on the screen. */
    pageSize: () => Math.max(1, Math.floor((list?.clientHeight ?? 0) / height) - 1) * columns,
    reveal: (index: number) => list && reveal(list, Math.floor(index / columns) * height, height),
  };
}

/** The lines that are visible, which are the only ones to exist. Changes with each scroll, so whoever asks is small. */
export function useVisibleLines({ list, layout, columns, height }: Lines, count: number) {
  const virtualizer = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => list,
    estimateSize: () => height,
    overscan: layout === "list" ? 12 : 3,
  });
  // The height of a line changes with the width of the screen and with the layout.
  // biome-ignore lint/correctness/useExhaustiveDependencies: height is what it reacts to
  useEffect(() => virtualizer.measure(), [height, virtualizer]);

  const visible = virtualizer.getVirtualItems();
  return {
    visible,
    total: virtualizer.getTotalSize(),
    isNearEnd: ((visible.at(-1)?.index ?? 0) + 1) * columns >= count - 100,
  };
}

/** How many tiles stand side by side. */
function useAcross(list: HTMLElement | null): number {
  const [across, setAcross] = useState(2);
  useEffect(() => {
    if (!list) return;
    const observer = new ResizeObserver(([seen]) => {
      if (seen) setAcross(Math.max(2, Math.floor(seen.contentRect.width / TILE.width)));
    });
    observer.observe(list);
    return () => observer.disconnect();
  }, [list]);
  return across;
}

/** Scrolls as little as needed. By hand, since lines have one height and keys can come faster than scroll events. */
function reveal(list: HTMLElement, top: number, height: number) {
  const lowest = top + height - list.clientHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (lowest > list.scrollTop) list.scrollTop = lowest;
}
