"use client";

import { cn } from "@/components/ui/cn";
import { CopyButton } from "@/components/ui/copy-button";

type CopyFieldProps = {
  label: string;
  text: string;
  testId?: string;
  isMultiline?: boolean;
  /** Read letter by letter, where it has several lines. */
  isCode?: boolean;
};

/** Something to hand on: read, selected at a click, copied with the button. */
export function CopyField({ label, text, testId, isMultiline = false, isCode = false }: CopyFieldProps) {
  const name = <span className="font-medium text-sm">{label}</span>;
  const output = { "data-testid": testId, "aria-label": label, dir: "ltr" } as const;
  if (isMultiline) {
    return (
      <div className="flex min-w-0 flex-col gap-1.5">
        <div className="flex items-center justify-between gap-4">
          {name}
          <CopyButton text={text} size="sm" />
        </div>
        <output
          {...output}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached with the keyboard
          tabIndex={0}
          className={cn(
            "wrap-anywhere block max-h-48 select-all overflow-y-auto whitespace-pre-wrap rounded-md border bg-sunken px-3 py-2 text-sm",
            isCode && "font-mono",
          )}
        >
          {text}
        </output>
      </div>
    );
  }
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {name}
      <div className="flex items-center gap-2">
        <output
          {...output}
          className="block h-9 min-w-0 flex-1 select-all truncate rounded-md border bg-sunken px-3 font-mono text-sm leading-[2.125rem]"
        >
          {text}
        </output>
        <CopyButton text={text} />
      </div>
    </div>
  );
}
