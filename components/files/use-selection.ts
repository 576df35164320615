"use client";

import { useState } from "react";
import type { EntryView } from "@/lib/files/schema";

type Keys = { isRange?: boolean; isToggle?: boolean };
type State = { ids: ReadonlySet<string>; anchor: number; cursor: number; isGiven?: boolean };
const NOTHING: State = { ids: new Set(), anchor: 0, cursor: -1 };

export type Selection = ReturnType<typeof useSelection>;

/** What is selected in a list, with a cursor that the keyboard moves and an anchor where a range begins. */
export function useSelection(entries: readonly EntryView[]) {
  const [state, setState] = useState(NOTHING);
  const { ids, anchor, cursor } = state;

  function range(from: number, to: number): Set<string> {
    return new Set(entries.slice(Math.min(from, to), Math.max(from, to) + 1).map((entry) => entry.id));
  }

  /** Goes to a row and selects it: alone, as the end of a range, or beside what is selected already. */
  function pick(index: number, { isRange, isToggle }: Keys = {}) {
    const entry = entries[index];
    if (!entry) return;
    if (isRange) setState({ ids: range(anchor, index), anchor, cursor: index });
    else if (isToggle) setState({ ids: toggled(ids, entry.id), anchor: index, cursor: index });
    else setState({ ids: new Set([entry.id]), anchor: index, cursor: index });
  }

  return {
    ids,
    isOwn: ids.size > 0 && !state.isGiven,
    cursor: Math.min(cursor, entries.length - 1),
    selected: entries.filter((entry) => ids.has(entry.id)),
    pick,
    /** Selects these rows and no others, by no doing of the person. */
    pickAll: (indexes: number[]) => {
      const [first = -1] = indexes;
      const picked = indexes.flatMap((index) => entries[index]?.id ?? []);
      setState({ ids: new Set(picked), anchor: Math.max(first, 0), cursor: first, isGiven: true });
    },
    /** Gives the keyboard a row to be at, without selecting it. */
    enter: () => setState((now) => ({ ...now, cursor: Math.max(now.cursor, 0) })),
    all: () => setState({ ids: range(0, entries.length - 1), anchor: 0, cursor: Math.max(cursor, 0) }),
    clear: () => setState({ ...state, ids: NOTHING.ids }),
  };
}

function toggled(ids: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}
