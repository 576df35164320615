"use client";

import { useQuery } from "@tanstack/react-query";
import { contactQuery, useRemoveContact } from "@/components/contacts/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";
import type { ContactView } from "@/lib/contacts/schema";

/** Tells what ends with the contact, then ends it. */
export function RemoveContact({ contact, onClose }: { contact: ContactView; onClose: () => void }) {
  const { data } = useQuery(contactQuery(contact.id));
  const remove = useRemoveContact();

  function removeIt() {
    remove.mutate(contact.id, {
      onSuccess: () => {
        toast(`${contact.displayName} is no longer a contact.`);
        onClose();
      },
      onError: (error) => toast.error(error.message),
    });
  }

  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      onConfirm={removeIt}
      title={`Remove ${contact.displayName}?`}
      confirmLabel="Remove contact"
      isBusy={remove.isPending}
    >
      <p>{data ? whatEnds(data, contact.displayName) : "Shares between you two end, in both directions."}</p>
      <p className="mt-2 text-muted">To share again later, one of you invites the other anew.</p>
    </ConfirmDialog>
  );
}

function whatEnds({ sentShares, receivedShares }: { sentShares: number; receivedShares: number }, name: string) {
  if (sentShares + receivedShares === 0) return `Nothing is shared between you and ${name} at present.`;
  const sent = formatCount(sentShares, "share of yours", "shares of yours");
  const received = formatCount(receivedShares, "share that you have", "shares that you have");
  return `${sent} and ${received} from ${name} end at once. Files stay with whoever owns them.`;
}
