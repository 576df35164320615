"use client";

import { AccessList } from "@/components/sharing/access-list";
import type { Picked } from "@/components/sharing/picked-person";
import { ShareForm } from "@/components/sharing/share-form";
import { Dialog } from "@/components/ui/dialog";
import type { EntryView } from "@/lib/files/schema";

type ShareDialogProps = {
  resource: Pick<EntryView, "id" | "name" | "kind">;
  /** With whom to begin. */
  person?: Picked;
  onShared?: () => void;
  onClose: () => void;
};

export function ShareDialog({ resource, person, onShared, onClose }: ShareDialogProps) {
  return (
    <Dialog isOpen onClose={onClose} title={`Share “${resource.name}”`} size="md" testId="share-dialog">
      <ShareForm resource={resource} person={person} onShared={onShared} />
      <h3 className="mt-6 mb-2 font-medium text-muted text-sm">Who has access</h3>
      <AccessList nodeId={resource.id} />
    </Dialog>
  );
}
