import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { sentSharesQuery } from "@/components/sharing/queries";
import { SentShares } from "@/components/sharing/sent-shares";
import { Page } from "@/components/ui/page";
import { PageHeader } from "@/components/ui/page-header";
import { requireUser } from "@/lib/http/page";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";

export const metadata: Metadata = { title: "Shared by me" };

export default async function SharedByMePage() {
  const client = new QueryClient();
  const sent = await listSentShares(await requireUser(), { limit: 100 });
  client.setQueryData(sentSharesQuery().queryKey, { pages: [sent], pageParams: [null] });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Page>
        <PageHeader title="Shared by me" description="Everything you share, with whom, and how far it has come." />
        <SentShares />
      </Page>
    </HydrationBoundary>
  );
}
