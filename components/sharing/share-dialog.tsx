"use client";

import { AccessList } from "@/components/sharing/access-list";
import { ShareForm } from "@/components/sharing/share-form";
import { Dialog } from "@/components/ui/dialog";
import type { EntryView } from "@/lib/files/schema";

type ShareDialogProps = { resource: Pick<EntryView, "id" | "name" | "kind">; onClose: () => void };

export function ShareDialog({ resource, onClose }: ShareDialogProps) {
  return (
    <Dialog isOpen onClose={onClose} title={`Share “${resource.name}”`} size="md" testId="share-dialog">
      <ShareForm resource={resource} />
      <h3 className="mt-6 mb-2 font-medium text-muted text-sm">Who has access</h3>
      <AccessList nodeId={resource.id} />
    </Dialog>
  );
}
