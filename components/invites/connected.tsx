import { CheckCircle2 } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Person } from "@/components/ui/person";
import type { ContactView } from "@/lib/contacts/schema";

/** Who is a contact now, or was already. */
export function Connected({ contact, wasBefore }: { contact: ContactView; wasBefore: boolean }) {
  return (
    <div className="flex flex-col gap-4" data-testid="invite-accepted">
      <p role="status" className="flex items-center gap-2 font-medium">
        <CheckCircle2 aria-hidden className="size-5 text-success-text" />
        {wasBefore ? `You are already connected with ${contact.displayName}` : "You are connected"}
      </p>
      <Person name={contact.displayName} provider={contact.provider} mail={contact.mail} />
      <p className="text-muted">
        {wasBefore ? "Nothing has changed between you." : "You can now share with each other."} To share, pick the name
        in any share dialog.
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button asChild>
          <Link href="/contacts">Contacts</Link>
        </Button>
        <Button asChild variant="primary">
          <Link href="/files">To my files</Link>
        </Button>
      </div>
    </div>
  );
}
