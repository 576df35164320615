"use client";

import { Mail, MoreHorizontal, UserMinus } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { Person } from "@/components/ui/person";
import { Time } from "@/components/ui/time";
import type { ContactView } from "@/lib/contacts/schema";

export function ContactRow({ contact, onRemove }: { contact: ContactView; onRemove: () => void }) {
  const writeMail = { label: "Write a mail", icon: Mail, onSelect: () => window.open(`mailto:${contact.mail}`) };
  const remove = { label: "Remove…", icon: UserMinus, onSelect: onRemove, isDanger: true };

  return (
    <ListRow
      data-testid="contact-row"
      end={
        <>
          {contact.isSuspended && <Badge tone="warning">Not allowed by your administrator</Badge>}
          <span className="text-faint text-sm max-sm:hidden">
            since <Time iso={contact.createdAt} />
          </span>
          <Menu
            trigger={
              <IconButton label={`More about ${contact.displayName}`} size="sm">
                <MoreHorizontal />
              </IconButton>
            }
            actions={contact.mail ? [writeMail, null, remove] : [remove]}
          />
        </>
      }
    >
      <Person name={contact.displayName} provider={contact.provider} mail={contact.mail} />
    </ListRow>
  );
}
