import { structuredPatch } from "diff";

export type ComparedLine = { key: string; kind: "same" | "added" | "removed"; text: string };
/** What changed in one place, with the lines around it. */
export type ComparedPlace = { line: number; lines: ComparedLine[] };

/** For as long a page stands still at most. */
const PATIENCE_MS = 2_000;
const KINDS = { " ": "same", "+": "added", "-": "removed" } as const;

/** Where two texts differ, line by line, in the order of the new one; null: they differ too much to be told in time. */
export function compareTexts(former: string, present: string): ComparedPlace[] | null {
  const patch = structuredPatch("", "", former, present, "", "", { context: 3, timeout: PATIENCE_MS });
  if (!patch) return null;
  return patch.hunks.map(({ newStart, lines }) => ({
    line: newStart,
    lines: lines.flatMap((line, index): ComparedLine[] => {
      const kind = KINDS[line.charAt(0) as keyof typeof KINDS];
      // The rest says that a last line has no end.
      return kind ? [{ key: `${newStart}-${index}`, kind, text: line.slice(1) }] : [];
    }),
  }));
}
