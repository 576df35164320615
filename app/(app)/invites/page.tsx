import type { Metadata } from "next";
import { InvitesScreen } from "@/components/invites/invites-screen";
import { Page } from "@/components/ui/page";
import { mailIsConfigured } from "@/lib/notices/mail";

export const metadata: Metadata = { title: "Invites" };

export default function InvitesPage() {
  return (
    <Page>
      <InvitesScreen canMail={mailIsConfigured()} />
    </Page>
  );
}
