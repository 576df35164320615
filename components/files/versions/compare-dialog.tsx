"use client";

import { useQuery } from "@tanstack/react-query";
import { contentUrl, joinPath } from "@/components/files/paths";
import { Comparison } from "@/components/files/versions/comparison";
import { textQuery, versionUrl } from "@/components/files/versions/queries";
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
