"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Search, Send, Users } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useState } from "react";
import { CompareWords } from "@/components/contacts/compare-words";
import { ContactRow } from "@/components/contacts/contact-row";
import { contactsQuery } from "@/components/contacts/queries";
import { RemoveContact } from "@/components/contacts/remove-contact";
import { CloudAddress } from "@/components/settings/cloud-address";
import { AskForShare } from "@/components/sharing/ask-for-share";
import { BlockedSenders } from "@/components/sharing/blocked-senders";
import { accountQuery } from "@/components/shell/queries";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { List } from "@/components/ui/list";
import { PageHeader } from "@/components/ui/page-header";
import { SearchBox } from "@/components/ui/search-box";
import { ShowMore } from "@/components/ui/show-more";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { ContactView } from "@/lib/contacts/schema";

/** The address book. */
export function ContactsScreen() {
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const [leaving, setLeaving] = useState<ContactView | null>(null);
  const [compared, setCompared] = useState<ContactView | null>(null);
  const [asked, setAsked] = useState<ContactView | null>(null);
  const { data: account } = useQuery(accountQuery);

  return (
    <>
      <PageHeader
        title="Contacts"
        description="People on other clouds with whom you can share."
        actions={
          <Button asChild variant="primary">
            <Link href="/invites">
              <Send aria-hidden />
              Invite someone
            </Link>
          </Button>
        }
      />
      <SearchBox
        label="Search contacts"
        placeholder="Name, mail or cloud"
        value={typed}
        onChange={setTyped}
        className="mb-3"
      />
      <ContactList search={search} onAsk={setAsked} onCompare={setCompared} onRemove={setLeaving} />
      {account && (
        <section aria-labelledby="my-address" className="mt-8">
          <h2 id="my-address" className="mb-2 font-medium text-muted text-sm">
            My cloud address
          </h2>
          <CloudAddress account={account} />
        </section>
      )}
      <BlockedSenders />
      {asked && <AskForShare whom={asked} onClose={() => setAsked(null)} />}
      {compared && <CompareWords contact={compared} onClose={() => setCompared(null)} />}
      {leaving && <RemoveContact contact={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

type ContactListProps = {
  search: string;
  onAsk: (contact: ContactView) => void;
  onCompare: (contact: ContactView) => void;
  onRemove: (contact: ContactView) => void;
};

function ContactList({ search, onAsk, onCompare, onRemove }: ContactListProps) {
  const query = useInfiniteQuery(contactsQuery(search));
  const { data, error, refetch } = query;

  if (error && !data) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!data) return <SkeletonRows />;
  const contacts = data.pages.flatMap((page) => page.items);
  if (contacts.length === 0 && search) {
    return (
      <EmptyState icon={Search} title="Nobody is called that">
        No contact has “{search}” in the name, the mail address or the cloud.
      </EmptyState>
    );
  }
  if (contacts.length === 0) {
    return (
      <EmptyState icon={Users} title="No contacts yet">
        Invite somebody, or accept an invite that you got. Then you appear in each other’s contacts.
      </EmptyState>
    );
  }
  return (
    <>
      <List aria-label="Contacts">
        {contacts.map((contact) => (
          <ContactRow
            key={contact.id}
            contact={contact}
            onAsk={() => onAsk(contact)}
            onCompare={() => onCompare(contact)}
            onRemove={() => onRemove(contact)}
          />
        ))}
      </List>
      <ShowMore query={query} />
    </>
  );
}
