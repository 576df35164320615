import type { Metadata } from "next";
import { InvitesScreen } from "@/components/invites/invites-screen";
import { Page } from "@/components/ui/page";

export const metadata: Metadata = { title: "Invites" };

export default function InvitesPage() {
  return (
    <Page>
      <InvitesScreen />
    </Page>
  );
}
