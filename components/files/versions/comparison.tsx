"use client";

import { useMemo } from "react";
import { type ComparedLine, compareTexts } from "@/components/files/versions/compare-texts";
import { cn } from "@/components/ui/cn";

/** Where two texts differ, line by line. */
export function Comparison({ former, present }: { former: string; present: string }) {
  const places = useMemo(() => compareTexts(former, present), [former, present]);
  if (!places) return <p className="text-muted">The two differ too much to be compared here line by line.</p>;
  if (places.length === 0) return <p className="text-muted">Nothing: the two are the same.</p>;
  return (
    <div className="flex flex-col gap-4 font-mono text-sm">
      {places.map(({ line, lines }) => (
        <section key={line} aria-label={`From line ${line}`} className="overflow-hidden rounded-md border">
          <p className="bg-sunken px-3 py-1 text-muted text-xs">Line {line}</p>
          {lines.map(({ key, ...one }) => (
            <Line key={key} {...one} />
          ))}
        </section>
      ))}
    </div>
  );
}

const MARKS = { same: "", added: "+", removed: "−" };

function Line({ kind, text }: Omit<ComparedLine, "key">) {
  return (
    <p
      data-kind={kind}
      className={cn(
        "flex gap-2 px-3",
        kind === "added" && "bg-success-soft text-success-text",
        kind === "removed" && "bg-danger-soft text-danger-text",
      )}
    >
      <span aria-hidden className="w-3 shrink-0 select-none">
        {MARKS[kind]}
      </span>
      {kind !== "same" && <span className="sr-only">{kind === "added" ? "Added: " : "Removed: "}</span>}
      <span className="min-w-0 whitespace-pre-wrap break-words">{text || " "}</span>
    </p>
  );
}
