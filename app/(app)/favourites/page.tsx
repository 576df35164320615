import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { Favourites } from "@/components/files/found/favourites";
import { foundQuery } from "@/components/files/found/queries";
import { Page } from "@/components/ui/page";
import { viewFound } from "@/lib/drive/found-view";
import { listFavourites } from "@/lib/files/found-nodes";
import { requireUser } from "@/lib/http/page";

export const metadata: Metadata = { title: "Favourites" };

export default async function FavouritesPage() {
  const user = await requireUser();
  const client = new QueryClient();
  client.setQueryData(foundQuery("favourites").queryKey, await viewFound(user, await listFavourites(user)));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Page>
        <Favourites />
      </Page>
    </HydrationBoundary>
  );
}
