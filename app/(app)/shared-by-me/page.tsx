import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { sentSharesQuery, shareRequestsQuery } from "@/components/sharing/queries";
import { SentShares } from "@/components/sharing/sent-shares";
import { ShareRequests } from "@/components/sharing/share-requests";
import { Page } from "@/components/ui/page";
import { PageHeader } from "@/components/ui/page-header";
import { requireUser } from "@/lib/http/page";
import { listShareRequests } from "@/lib/sharing/requests/share-requests";
import { listSentShares } from "@/lib/sharing/sent/sent-shares";

export const metadata: Metadata = { title: "Shared by me" };

export default async function SharedByMePage() {
  const client = new QueryClient();
  const user = await requireUser();
  const [sent, requests] = await Promise.all([listSentShares(user, { limit: 100 }), listShareRequests(user)]);
  client.setQueryData(shareRequestsQuery.queryKey, requests);
  client.setQueryData(sentSharesQuery().queryKey, { pages: [sent], pageParams: [null] });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Page>
        <PageHeader title="Shared by me" description="Everything you share, with whom, and how far it has come." />
        <ShareRequests />
        <SentShares />
      </Page>
    </HydrationBoundary>
  );
}
