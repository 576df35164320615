"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { contentUrl, joinPath } from "@/components/files/paths";
import { type ComparedLine, compareTexts } from "@/components/files/versions/compare-texts";
import { textQuery, versionUrl } from "@/components/files/versions/queries";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { formatMoment } from "@/components/ui/format";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { EntryView, VersionView } from "@/lib/files/schema";

type CompareDialogProps = {
  path: string;
  entry: EntryView;
  /** When it got what it holds now. */
  since: string;
  version: VersionView;
  onClose: () => void;
};

/** What came and went in a text since one of its versions. */
export function CompareDialog({ path, entry, since, version, onClose }: CompareDialogProps) {
  const former = useQuery(textQuery(versionUrl(version.id), version.id));
  const present = useQuery(textQuery(contentUrl(joinPath(path, entry.name)), since));
  const error = former.error ?? present.error;
  const retry = () => void Promise.all([former.refetch(), present.refetch()]);
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="lg"
      testId="compare-dialog"
      title={`What changed in “${entry.name}”`}
      description={`Since ${version.name ? `“${version.name}”` : `the version of ${formatMoment(version.writtenAt)}`}.`}
    >
      {error && <ErrorState error={error} onRetry={retry} />}
      {!error && former.data !== undefined && present.data !== undefined && (
        <Comparison former={former.data} present={present.data} />
      )}
      {!error && (former.isPending || present.isPending) && <SkeletonRows label="Comparing" />}
    </Dialog>
  );
}

function Comparison({ former, present }: { former: string; present: string }) {
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
