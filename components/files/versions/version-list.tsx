"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { NameVersion } from "@/components/files/versions/name-version";
import { useDeleteVersion, versionsQuery } from "@/components/files/versions/queries";
import { VersionRow } from "@/components/files/versions/version-row";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ErrorState } from "@/components/ui/error-state";
import { formatSize } from "@/components/ui/format";
import { List, ListRow } from "@/components/ui/list";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { EntryView, VersionView } from "@/lib/files/schema";

const CompareDialog = dynamic(() =>
  import("@/components/files/versions/compare-dialog").then((part) => part.CompareDialog),
);

export type VersionAsked = { kind: "compare" | "name" | "delete"; version: VersionView } | null;

/** What a file of one's own holds and what it held before, and what can be done with that. */
export function VersionList({ path, entry }: { path: string; entry: EntryView }) {
  const { data, error, refetch } = useQuery(versionsQuery(entry.id));
  const [asked, ask] = useState<VersionAsked>(null);
  const remove = useDeleteVersion();
  const close = () => ask(null);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows count={3} label="Loading the versions" />;
  const { current, items } = data;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">
        {items.length === 0
          ? "When this file is replaced, what it held before is kept here."
          : "The older they are, the fewer are kept: all of a day, then one an hour, a day, a week, for a year. What you give a name stays. All of them count as storage."}
      </p>
      <List aria-label="Versions">
        <ListRow data-testid="version-row">
          <p className="font-medium">What it holds now</p>
          <p className="text-muted text-sm">
            <Time iso={current.writtenAt} /> · {current.writtenBy ?? "you"} · {formatSize(current.size)}
          </p>
        </ListRow>
        {items.map((version) => (
          <VersionRow key={version.id} version={version} entry={entry} onAsk={ask} />
        ))}
      </List>
      {asked?.kind === "compare" && (
        <CompareDialog path={path} entry={entry} since={current.writtenAt} version={asked.version} onClose={close} />
      )}
      {asked?.kind === "name" && <NameVersion version={asked.version} onClose={close} />}
      <ConfirmDialog
        isOpen={asked?.kind === "delete"}
        onClose={close}
        isBusy={remove.isPending}
        onConfirm={() =>
          asked &&
          remove.mutate(asked.version.id, { onError: (problem) => toast.error(problem.message), onSettled: close })
        }
        title="Delete this version for good?"
        confirmLabel="Delete for good"
      >
        The file itself and its other versions stay. This cannot be undone.
      </ConfirmDialog>
    </div>
  );
}
