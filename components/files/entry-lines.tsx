// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual list are placed by hand, which those of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the rows has the focus and hears the keys

"use client";

import { type ReactNode, useEffect, useMemo } from "react";
import { FileRow } from "@/components/files/file-row";
import { FileTile } from "@/components/files/file-tile";
import type { EntryElementProps } from "@/components/files/use-entry-element";
import { type Lines, useVisibleLines } from "@/components/files/use-lines";
import type { DriveEntryView } from "@/lib/drive/schema";

type EntryLinesProps = {
  entries: readonly DriveEntryView[];
  lines: Lines;
  /** Another function with each rendering of the list: until then its answers stay. */
  propsOf: (entry: DriveEntryView, index: number) => EntryElementProps;
  hasMore: boolean;
  onMore: () => void;
};

/** The visible lines, each at its place. Scrolling makes only those that come into sight. */
export function EntryLines({ entries, lines, propsOf, hasMore, onMore }: EntryLinesProps) {
  const { layout, columns, height } = lines;
  const { visible, total, isNearEnd } = useVisibleLines(lines, entries.length);
  useEffect(() => {
    if (hasMore && isNearEnd) onMore();
  }, [hasMore, isNearEnd, onMore]);

  function lineAt(line: number, start: number): ReactNode[] {
    const style = { height, transform: `translateY(${start}px)` };
    const first = line * columns;
    const shown = entries.slice(first, first + columns);
    if (layout === "list") {
      return shown.map((entry) => <FileRow key={entry.id} {...propsOf(entry, first)} style={style} />);
    }
    return [
      <div
        key={line}
        role="row"
        aria-rowindex={line + 1}
        className="absolute inset-x-0 top-0 grid"
        style={{ ...style, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      >
        {shown.map((entry, column) => (
          <FileTile key={entry.id} {...propsOf(entry, first + column)} />
        ))}
      </div>,
    ];
  }

  // What React gets again as it was is not looked at again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: all that lines are made of comes anew together with it
  const before = useMemo(() => ({ lines: new Map<number, ReactNode[]>() }), [propsOf]);
  before.lines = new Map(
    visible.map(({ index, start }) => [index, before.lines.get(index) ?? lineAt(index, start)] as const),
  );
  return (
    <div role="rowgroup" className="relative" style={{ height: total }}>
      {[...before.lines.values()].flat()}
    </div>
  );
}
