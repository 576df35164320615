"use client";

import { useEffect, useSyncExternalStore } from "react";
import type { EntryView } from "@/lib/files/schema";

/** What has just come into a folder by the person's own doing: its list selects it and brings it into view. */
type Arrival = { folder: string; names: ReadonlySet<string>; isModest: boolean };
let arrival: Arrival | null = null;
const listeners = new Set<() => void>();

/** With `isModest`, only where nothing is selected: an upload may end while one does something else. */
export function announceArrival(folder: string, names: Iterable<string>, { isModest = false } = {}): void {
  change({ folder, names: new Set(names), isModest });
}

type Shown = {
  folder: string;
  entries: readonly EntryView[];
  /** By the person, not by an earlier arrival. */
  hasSelection: boolean;
  hasMore: boolean;
  onMore: () => void;
  /** With the places of what came. */
  onArrived: (indexes: number[]) => void;
};

export function useArrivals({ folder, entries, hasSelection, hasMore, onMore, onArrived }: Shown): void {
  const current = useSyncExternalStore(
    subscribe,
    () => arrival,
    () => null,
  );
  useEffect(() => {
    if (current?.folder !== folder) return;
    if (current.isModest && hasSelection) return change(null);
    const indexes = entries.flatMap((entry, index) => (current.names.has(entry.name) ? [index] : []));
    if (indexes.length === current.names.size || (indexes.length > 0 && !hasMore)) {
      change(null);
      onArrived(indexes);
    } else if (hasMore) onMore();
  }, [current, folder, entries, hasSelection, hasMore, onMore, onArrived]);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Arrival | null): void {
  arrival = next;
  for (const listener of listeners) listener();
}
