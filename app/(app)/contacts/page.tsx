import type { Metadata } from "next";
import { ContactsScreen } from "@/components/contacts/contacts-screen";
import { Page } from "@/components/ui/page";

export const metadata: Metadata = { title: "Contacts" };

export default function ContactsPage() {
  return (
    <Page>
      <ContactsScreen />
    </Page>
  );
}
