import { stripVTControlCharacters } from "node:util";

/** Names come from other people: nothing in them may move the cursor, hide text or speak to the terminal. */
export const clean = (text: string): string =>
  stripVTControlCharacters(text).replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "?",
  );

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));
/** For the person before the screen, so that it does not mix with what a program reads. */
export const remark = (line: string): void => void process.stderr.write(`${clean(line)}\n`);

/** Cells from column to column, or as they are where the output is read by a program. */
export function sayTable(head: string[], rows: string[][], ifEmpty: string): void {
  if (rows.length === 0 && process.stdout.isTTY) remark(ifEmpty);
  if (rows.length === 0) return;
  const cells = rows.map((row) => row.map(clean));
  if (!process.stdout.isTTY) {
    for (const row of cells) say(row.join("\t"));
    return;
  }
  const lines = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...lines.map((row) => (row[column] ?? "").length)));
  for (const row of lines) {
    say(row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("  "));
  }
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes for people: `1.2 MB`. */
export function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** A moment in the time of this machine: `2026-11-30 14:05`. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export const dayText = (iso: string | null): string => (iso ? timeText(iso).slice(0, 10) : "");

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
