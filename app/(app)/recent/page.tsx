import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { foundQuery } from "@/components/files/found/queries";
import { Recent } from "@/components/files/found/recent";
import { Page } from "@/components/ui/page";
import { viewFound } from "@/lib/drive/found-view";
import { listRecent } from "@/lib/files/found-nodes";
import { requireUser } from "@/lib/http/page";

export const metadata: Metadata = { title: "Recent" };

export default async function RecentPage() {
  const user = await requireUser();
  const client = new QueryClient();
  client.setQueryData(foundQuery("recent").queryKey, await viewFound(user, await listRecent(user)));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Page>
        <Recent />
      </Page>
    </HydrationBoundary>
  );
}
