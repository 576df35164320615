"use client";

import { EntryIcon } from "@/components/files/entry-icon";
import { nameOf } from "@/components/files/paths";
import type { FilesActions } from "@/components/files/use-files-actions";
import { AccessList } from "@/components/sharing/access-list";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { formatMoment, formatSize } from "@/components/ui/format";
import { Tabs } from "@/components/ui/tabs";
import type { EntryView } from "@/lib/files/schema";

type DetailsDialogProps = { path: string; entry: EntryView; files: FilesActions; onClose: () => void };

export function DetailsDialog({ path, entry, files, onClose }: DetailsDialogProps) {
  const isOwn = !files.from && !entry.receivedShareId;
  const facts: [string, string][] = [
    ["Kind", entry.kind === "folder" ? "Folder" : (entry.mediaType ?? "File")],
    ...(entry.kind === "file" ? [["Size", formatSize(entry.size)] satisfies [string, string]] : []),
    ["Modified", formatMoment(entry.modifiedAt)],
    ["In", nameOf(path) || "Files"],
    ["You", entry.canWrite ? "can edit" : "can view"],
  ];
  const details = (
    <dl className="divide-y">
      {facts.map(([name, value]) => (
        <div key={name} className="flex justify-between gap-6 py-2">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words text-end">{value}</dd>
        </div>
      ))}
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
      {isOwn ? (
        <Tabs
          aria-label={`About ${entry.name}`}
          tabs={[
            { value: "details", label: "Details", content: details },
            { value: "sharing", label: "Sharing", content: sharing },
          ]}
        />
      ) : (
        details
      )}
    </Dialog>
  );
}
