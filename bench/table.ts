export type Beside = { name: string; figure: number };

/** One measured figure beside its yardstick, both from the same run. */
export type Row = {
  what: string;
  /** The measured figure, with its unit. */
  figure: number;
  unit: "ms" | "s" | "MB" | "MB/s" | "/s";
  /** What it is compared with, and that one's figure; absent where the figure itself has a limit. */
  yardstick?: Beside;
  /** Others that were measured in the same run, to be looked at. */
  others?: Beside[];
  /** The most that the ratio (or the figure, without a yardstick) may be; `atLeast` turns it round. Absent: only looked at. */
  target?: number;
  atLeast?: boolean;
};

const number = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** The figure that the target speaks of. */
export function measured(row: Row): number {
  return row.yardstick ? row.figure / row.yardstick.figure : row.figure;
}

export function holds(row: Row): boolean {
  if (row.target === undefined) return true;
  return row.atLeast ? measured(row) >= row.target : measured(row) <= row.target;
}

/** The target, and whether it holds. */
function verdict(row: Row): [string, string] {
  if (row.target === undefined) return ["", ""];
  const unit = row.yardstick ? " ×" : ` ${row.unit}`;
  return [`${row.atLeast ? "≥" : "≤"} ${Number(row.target.toFixed(2))}${unit}`, holds(row) ? "yes" : "**no**"];
}

/** The rows as a Markdown table. */
export function table(rows: Row[]): string {
  const beside = ({ name, figure }: Beside, { unit }: Row) => `${name}: ${number(figure)} ${unit}`;
  const cells = rows.map((row) => [
    row.what,
    `${number(row.figure)} ${row.unit}`,
    row.yardstick ? beside(row.yardstick, row) : "",
    row.yardstick ? `${number(measured(row))} ×` : "",
    ...verdict(row),
    (row.others ?? []).map((other) => beside(other, row)).join(", "),
  ]);
  const head = ["what", "measured", "yardstick", "ratio", "target", "holds", "others"];
  const lines = [head, head.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |`);
  return lines.join("\n");
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** What each side takes, one after the other in each round, so that a slow moment of the machine meets all: the medians. */
export async function inTurns<Side extends string>(
  rounds: number,
  sides: Record<Side, (round: number) => Promise<number>>,
): Promise<Record<Side, number>> {
  const names = Object.keys(sides) as Side[];
  const figures = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) figures.get(name)?.push(await sides[name](round));
  }
  return Object.fromEntries(names.map((name) => [name, median(figures.get(name) ?? [])])) as Record<Side, number>;
}

/** Milliseconds that the work takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
