"use client";

import { CopyButton } from "@/components/ui/copy-button";

type CopyFieldProps = { label: string; text: string; testId?: string; isMultiline?: boolean };

/** Something to hand on: read, selected at a click, copied with the button. */
export function CopyField({ label, text, testId, isMultiline = false }: CopyFieldProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className="font-medium text-sm">{label}</span>
      <div className={isMultiline ? "flex flex-col gap-2" : "flex items-center gap-2"}>
        <output
          data-testid={testId}
          aria-label={label}
          dir="ltr"
          tabIndex={isMultiline ? 0 : undefined} // what scrolls can be reached with the keyboard
          className={
            isMultiline
              ? "block max-h-48 select-all overflow-y-auto whitespace-pre-wrap break-words rounded-md border bg-sunken px-3 py-2 text-sm"
              : "block h-9 min-w-0 flex-1 select-all truncate rounded-md border bg-sunken px-3 font-mono text-sm leading-[2.125rem]"
          }
        >
          {text}
        </output>
        <CopyButton text={text} className={isMultiline ? "self-start" : ""} />
      </div>
    </div>
  );
}
