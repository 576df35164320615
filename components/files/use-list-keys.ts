"use client";

import { type KeyboardEvent, useRef } from "react";
import type { Selection } from "@/components/files/use-selection";
import type { DriveEntryView } from "@/lib/drive/schema";

type ListKeys = {
  entries: readonly DriveEntryView[];
  selection: Selection;
  /** How many things stand side by side. */
  columns: number;
  /** Things that fit on the screen. */
  pageSize: () => number;
  onReveal: (index: number) => void;
  onOpen: (entry: DriveEntryView) => void;
  onUp: () => void;
  /** What the menu has under this shortcut for these entries, if they allow it. */
  onShortcut: (shortcut: Shortcut, entries: DriveEntryView[]) => void;
  onEscape: () => void;
};
type Shortcut = "F2" | "Del" | "Ctrl X" | "Ctrl C";
const CLIPPING: Record<string, Shortcut> = { x: "Ctrl X", c: "Ctrl C" };

/** What keys do in the list: arrows, Home, End, letters, Space, Enter, Backspace, F2, Delete, Ctrl A, X and C, Escape. */
export function useListKeys(list: ListKeys) {
  const typed = useRef<Typed>({ text: "", at: 0 });

  return (event: KeyboardEvent) => {
    // Keys in a control inside a row, such as the box of a new name, are its own.
    if (event.target !== event.currentTarget) return;
    if (moveCursor(event, list) || act(event, list) || jumpByLetters(event, list, typed.current))
      event.preventDefault();
  };
}

function moveCursor(event: KeyboardEvent, { entries, selection, columns, pageSize, onReveal }: ListKeys): boolean {
  const last = entries.length - 1;
  const forward = getComputedStyle(document.documentElement).direction === "rtl" ? -1 : 1;
  const steps: Record<string, number> = {
    ArrowDown: selection.cursor + columns,
    ArrowUp: selection.cursor - columns,
    ...(columns > 1 && { ArrowRight: selection.cursor + forward, ArrowLeft: selection.cursor - forward }),
    Home: 0,
    End: last,
    PageDown: selection.cursor + pageSize(),
    PageUp: selection.cursor - pageSize(),
  };
  const wanted = steps[event.key];
  if (wanted === undefined || last < 0) return false;
  const index = Math.min(Math.max(wanted, 0), last);
  selection.pick(index, { isRange: event.shiftKey });
  onReveal(index);
  return true;
}

function act(event: KeyboardEvent, list: ListKeys): boolean {
  const { entries, selection, onOpen, onUp, onShortcut, onEscape } = list;
  const current = entries[selection.cursor];
  const hasCommand = event.ctrlKey || event.metaKey;
  const clipping = hasCommand ? CLIPPING[event.key.toLowerCase()] : undefined;
  const chosen = selection.selected.length > 0 ? selection.selected : current ? [current] : [];
  if (event.key === "Enter" && current) onOpen(current);
  else if (event.key === " " && current) selection.pick(selection.cursor, { isToggle: true, isRange: event.shiftKey });
  else if (event.key === "F2" && current) onShortcut("F2", [current]);
  else if (event.key === "Delete" && chosen.length > 0) onShortcut("Del", chosen);
  else if (event.key === "Backspace") onUp();
  else if (event.key === "Escape") onEscape();
  else if (hasCommand && event.key.toLowerCase() === "a") selection.all();
  else if (clipping && chosen.length > 0) onShortcut(clipping, chosen);
  else return false;
  return true;
}

const FORGET_AFTER = 700;
type Typed = { text: string; at: number };

const isTyping = (typed: Typed, event: KeyboardEvent) =>
  typed.text !== "" && event.timeStamp - typed.at <= FORGET_AFTER;

function jumpByLetters(event: KeyboardEvent, list: ListKeys, typed: Typed): boolean {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || /[?/]/.test(event.key)) return false;
  const { entries, selection, onReveal } = list;
  typed.text = (isTyping(typed, event) ? typed.text : "") + event.key.toLocaleLowerCase();
  typed.at = event.timeStamp;

  const start = selection.cursor + (typed.text.length === 1 ? 1 : 0);
  const matches = (index: number) => entries[index % entries.length]?.name.toLocaleLowerCase().startsWith(typed.text);
  const step = entries.findIndex((_, offset) => matches(Math.max(start, 0) + offset));
  if (step >= 0) {
    const index = (Math.max(start, 0) + step) % entries.length;
    selection.pick(index);
    onReveal(index);
  }
  return true;
}
