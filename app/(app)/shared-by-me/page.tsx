import type { Metadata } from "next";
import { SentShares } from "@/components/sharing/sent-shares";
import { Page } from "@/components/ui/page";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Shared by me" };

export default function SharedByMePage() {
  return (
    <Page>
      <PageHeader title="Shared by me" description="Everything you share, with whom, and how far it has come." />
      <SentShares />
    </Page>
  );
}
