"use client";

import { type ChangeEvent, type FocusEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { announceArrival } from "@/components/files/arrivals";
import { joinPath, nameOf, nameProblem, parentOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { useMoveEntry } from "@/components/files/queries";
import { toast } from "@/components/ui/toast";
import type { EntryView } from "@/lib/files/schema";

/** The name, to be written over: Enter or leaving the box keeps it, Escape does not. A name that is refused stays to be mended. */
export function RenameBox({ path, entry, onDone }: { path: string; entry: EntryView; onDone: () => void }) {
  const id = useId();
  const { mutateAsync: move, isPending } = useMoveEntry();
  const isOver = useRef(false);
  const [problem, setProblem] = useState<string | null>(null);

  const rename = (from: string, to: string) =>
    patiently(`Renaming “${nameOf(from)}”…`, (signal) => move({ from, to, signal }));

  function leave() {
    isOver.current = true;
    onDone();
  }

  function finish(box: HTMLInputElement) {
    const name = box.value.trim();
    if (isOver.current || isPending) return;
    if (name === "" || name === entry.name) return leave();
    const refuse = (why: string) => {
      setProblem(why);
      box.focus();
      selectStem(box, entry);
    };
    const why = nameProblem(name);
    if (why) return refuse(why);
    const to = joinPath(parentOf(path), name);
    rename(path, to).then(
      (renamed) => {
        announceArrival(parentOf(path), [name]);
        leave();
        const undo = () => void rename(joinPath(parentOf(path), renamed.name), path).catch(toast.failed);
        toast(`“${entry.name}” renamed to “${renamed.name}”.`, { action: { label: "Undo", onClick: undo } });
      },
      (error: Error) => refuse(error.message),
    );
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    event.stopPropagation();
    if (event.key === "Enter") finish(event.currentTarget);
    // Once it is sent, it is too late to keep the old one.
    if (event.key === "Escape" && !isPending) leave();
  }

  return (
    <span className="relative block">
      <input
        // biome-ignore lint/a11y/noAutofocus: it appears because the person asked to rename
        autoFocus
        aria-label={`New name of ${entry.name}`}
        aria-invalid={problem !== null || undefined}
        aria-describedby={problem ? id : undefined}
        defaultValue={entry.name}
        readOnly={isPending}
        onFocus={(event: FocusEvent<HTMLInputElement>) => problem === null && selectStem(event.currentTarget, entry)}
        onChange={(_: ChangeEvent) => setProblem(null)}
        onKeyDown={onKeyDown}
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        // Leaving a box whose name was refused is giving up; the name that it has stays.
        onBlur={(event) => (problem === null ? finish(event.currentTarget) : leave())}
        className="h-8 w-full rounded-sm border border-accent bg-surface px-2 outline-none aria-invalid:border-danger"
      />
      {problem && (
        <span
          id={id}
          role="alert"
          className="absolute inset-x-0 top-full z-10 mt-1 block rounded-sm border bg-raised px-2 py-1 text-danger-text text-sm shadow-pop"
        >
          {problem}
        </span>
      )}
    </span>
  );
}

function selectStem(box: HTMLInputElement, entry: EntryView): void {
  const dot = entry.kind === "file" ? box.value.lastIndexOf(".") : -1;
  box.setSelectionRange(0, dot > 0 ? dot : box.value.length);
}
