"use client";

import { useQuery } from "@tanstack/react-query";
import { contactQuery, useRemoveContact } from "@/components/contacts/queries";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";
import type { ContactView, ContactWithShares } from "@/lib/contacts/schema";

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
      onError: toast.failed,
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
      {data ? <WhatEnds contact={data} /> : <p>Shares between you two end, in both directions.</p>}
      <p className="mt-2 text-muted">
        {contact.displayName} is told. Files stay with whoever owns them. To share again later, one of you invites the
        other anew.
      </p>
    </ConfirmDialog>
  );
}

function WhatEnds({ contact: { displayName, sent, received } }: { contact: ContactWithShares }) {
  if (sent.count + received.count === 0) return <p>Nothing is shared between you and {displayName} at present.</p>;
  return (
    <ul className="list-disc space-y-1 ps-5" data-testid="what-ends">
      {sent.count > 0 && (
        <li>
          {displayName} can no longer open {namesOf(sent)}.
        </li>
      )}
      {received.count > 0 && <li>You can no longer open {namesOf(received)}.</li>}
    </ul>
  );
}

/** The first by name, the others by their number. */
function namesOf({ count, names }: ContactWithShares["sent"]): string {
  const quoted = names.map((name) => `“${name}”`);
  const others = count - quoted.length;
  if (others > 0) quoted.push(formatCount(others, quoted.length > 0 ? "other thing" : "thing", "other things"));
  return new Intl.ListFormat("en", { type: "conjunction" }).format(quoted);
}
