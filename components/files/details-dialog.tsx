"use client";

import { ActivityList } from "@/components/files/activity-list";
import { EntryIcon } from "@/components/files/entry-icon";
import { kindWords } from "@/components/files/kind-words";
import { CopyHere } from "@/components/files/offline/copy-here";
import { joinPath, nameOf } from "@/components/files/paths";
import type { FilesActions } from "@/components/files/use-files-actions";
import { VersionList } from "@/components/files/versions/version-list";
import { AccessList } from "@/components/sharing/access-list";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatMoment, formatSize } from "@/components/ui/format";
import { Tabs } from "@/components/ui/tabs";
import type { DriveEntryView, SourceView } from "@/lib/drive/schema";

type Fact = [name: string, value: string];
type DetailsDialogProps = { path: string; entry: DriveEntryView; files: FilesActions; onClose: () => void };

export function DetailsDialog({ path, entry, files, onClose }: DetailsDialogProps) {
  const source = entry.source ?? files.from;
  const facts: Fact[] = [
    ["Kind", kindWords(entry)],
    ...(entry.kind === "file" && entry.size !== null ? [["Size", formatSize(entry.size)] satisfies Fact] : []),
    ["Modified", formatMoment(entry.modifiedAt)],
    ["In", nameOf(path) || "Files"],
    ["You", entry.canWrite ? "can edit" : "can view"],
    ...(source ? sharedFacts(source) : []),
  ];
  const details = (
    <dl className="divide-y">
      {facts.map(([name, value]) => (
        <div key={name} className="flex justify-between gap-6 py-2">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words text-end">{value}</dd>
        </div>
      ))}
      {entry.offline && <CopyHere path={joinPath(path, entry.name)} />}
    </dl>
  );
  const sharing = (
    <div className="flex flex-col items-start gap-3">
      <AccessList nodeId={entry.id} />
      <Button onClick={() => files.show({ kind: "share", entry })}>Share with a person…</Button>
    </div>
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={
        <span className="flex items-center gap-2.5">
          <EntryIcon entry={entry} />
          <span className="min-w-0 break-words">{entry.name}</span>
        </span>
      }
    >
      {source === null ? (
        <Tabs
          aria-label={`About ${entry.name}`}
          tabs={[
            { value: "details", label: "Details", content: details },
            { value: "sharing", label: "Sharing", content: sharing },
            ...(entry.kind === "file"
              ? [{ value: "versions", label: "Versions", content: <VersionList path={path} entry={entry} /> }]
              : []),
            { value: "activity", label: "Activity", content: <ActivityList nodeId={entry.id} /> },
          ]}
        />
      ) : (
        details
      )}
    </Dialog>
  );
}

/** From whom it comes, and on what terms. */
function sharedFacts({ senderName, provider, note, expiresAt }: SourceView): Fact[] {
  return [
    ["From", provider ? `${senderName} · ${provider}` : senderName],
    ...(note ? [["Note", note] satisfies Fact] : []),
    ...(expiresAt ? [["Until", formatMoment(expiresAt)] satisfies Fact] : []),
  ];
}
