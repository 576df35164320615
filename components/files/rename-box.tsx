"use client";

import { type FocusEvent, type KeyboardEvent, useRef } from "react";
import { joinPath, nameProblem, parentOf } from "@/components/files/paths";
import { useMoveEntry } from "@/components/files/queries";
import { toast } from "@/components/ui/toast";
import type { EntryView } from "@/lib/files/schema";

/** The name, to be written over: Enter or leaving the box keeps it, Escape does not. */
export function RenameBox({ path, entry, onDone }: { path: string; entry: EntryView; onDone: () => void }) {
  const { mutate: move, isPending } = useMoveEntry();
  const isOver = useRef(false);

  function finish(name: string | null) {
    if (isOver.current) return;
    isOver.current = true;
    if (name === null || name === "" || name === entry.name) return onDone();
    const problem = nameProblem(name);
    if (problem) {
      toast.error(problem);
      return onDone();
    }
    move(
      { from: path, to: joinPath(parentOf(path), name) },
      { onError: (error) => toast.error(error.message), onSettled: onDone },
    );
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    event.stopPropagation();
    if (event.key === "Enter") finish(event.currentTarget.value.trim());
    if (event.key === "Escape") finish(null);
  }

  function selectStem(event: FocusEvent<HTMLInputElement>) {
    const dot = entry.kind === "file" ? entry.name.lastIndexOf(".") : -1;
    event.currentTarget.setSelectionRange(0, dot > 0 ? dot : entry.name.length);
  }

  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: it appears because the person asked to rename
      autoFocus
      aria-label={`New name of ${entry.name}`}
      defaultValue={entry.name}
      readOnly={isPending}
      onFocus={selectStem}
      onKeyDown={onKeyDown}
      onClick={(event) => event.stopPropagation()}
      onBlur={(event) => finish(event.currentTarget.value.trim())}
      className="h-8 w-full rounded-sm border border-accent bg-surface px-2 outline-none"
    />
  );
}
