// biome-ignore-all lint/a11y/useSemanticElements: the rows of a virtual list are placed by hand, which those of a table cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid around the rows has the focus and hears the keys

"use client";

import { FileRow } from "@/components/files/file-row";
import { FileTile } from "@/components/files/file-tile";
import type { EntryElementProps } from "@/components/files/use-entry-element";
import type { Layout } from "@/components/files/use-layout";
import type { Lines } from "@/components/files/use-lines";
import type { DriveEntryView } from "@/lib/drive/schema";

type EntryLinesProps = {
  entries: readonly DriveEntryView[];
  lines: Lines;
  layout: Layout;
  propsOf: (entry: DriveEntryView, index: number) => EntryElementProps;
};

/** The visible lines, each at its place. */
export function EntryLines({ entries, lines: { visible, total, height, columns }, layout, propsOf }: EntryLinesProps) {
  return (
    <div role="rowgroup" className="relative" style={{ height: total }}>
      {visible.flatMap(({ index: line, start }) => {
        const style = { height, transform: `translateY(${start}px)` };
        const first = line * columns;
        const shown = entries.slice(first, first + columns);
        if (layout === "list") {
          return shown.map((entry) => <FileRow key={entry.id} {...propsOf(entry, first)} style={style} />);
        }
        return (
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
          </div>
        );
      })}
    </div>
  );
}
