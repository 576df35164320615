"use client";

import { BadgeCheck, HandHelping, Inbox, Mail, MoreHorizontal, UserMinus } from "lucide-react";
import { useUpdateContact } from "@/components/contacts/queries";
import { Badge } from "@/components/ui/badge";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { Person } from "@/components/ui/person";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ContactView } from "@/lib/contacts/schema";

type ContactRowProps = { contact: ContactView; onAsk: () => void; onCompare: () => void; onRemove: () => void };

export function ContactRow({ contact, onAsk, onCompare, onRemove }: ContactRowProps) {
  const { displayName: name, acceptsShares } = contact;
  const choice = { id: contact.id, acceptsShares: !acceptsShares };
  const said = acceptsShares
    ? `You are asked again what ${name} may share.`
    : `What ${name} shares is in your files at once.`;
  const writeMail = { label: "Write a mail", icon: Mail, onSelect: () => window.open(`mailto:${contact.mail}`) };
  const update = useUpdateContact();
  const ask = { label: "Ask for something…", icon: HandHelping, onSelect: onAsk };
  const answerAlways = {
    label: acceptsShares ? "Ask me before accepting their shares" : "Accept their shares without asking",
    icon: Inbox,
    onSelect: () => update.mutate(choice, { onSuccess: () => toast(said), onError: toast.failed }),
  };
  const compare = { label: "Compare words…", icon: BadgeCheck, onSelect: onCompare };
  const remove = { label: "Remove…", icon: UserMinus, onSelect: onRemove, isDanger: true };

  return (
    <ListRow
      data-testid="contact-row"
      end={
        <>
          {contact.isSuspended && <Badge tone="warning">Not allowed by your administrator</Badge>}
          {acceptsShares && <Badge>Shares accepted at once</Badge>}
          <span className="text-faint text-sm max-sm:hidden">
            Added <Time iso={contact.createdAt} />
          </span>
        </>
      }
      menu={
        <Menu
          trigger={
            <IconButton label={`More about ${contact.displayName}`} size="sm">
              <MoreHorizontal />
            </IconButton>
          }
          actions={[...(contact.mail ? [writeMail] : []), ask, compare, answerAlways, null, remove]}
        />
      }
    >
      <Person
        name={contact.displayName}
        provider={contact.provider}
        mail={contact.mail}
        isVerified={contact.isVerified}
      />
    </ListRow>
  );
}
