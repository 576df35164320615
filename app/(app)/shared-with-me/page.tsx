import type { Metadata } from "next";
import { AskSomebody } from "@/components/sharing/ask-somebody";
import { ReceivedShares } from "@/components/sharing/received-shares";
import { Page } from "@/components/ui/page";
import { PageHeader } from "@/components/ui/page-header";

export const metadata: Metadata = { title: "Shared with me" };

export default function SharedWithMePage() {
  return (
    <Page>
      <PageHeader
        title="Shared with me"
        description="What people on this cloud and on others share with you."
        actions={<AskSomebody />}
      />
      <ReceivedShares />
    </Page>
  );
}
