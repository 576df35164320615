import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { trashQuery } from "@/components/files/queries";
import { TrashList } from "@/components/files/trash-list";
import { Page } from "@/components/ui/page";
import { listTrash } from "@/lib/files/trash";
import { requireUser } from "@/lib/http/page";

export const metadata: Metadata = { title: "Trash" };

export default async function TrashPage() {
  const client = new QueryClient();
  const trash = await listTrash(await requireUser(), { limit: 200 });
  client.setQueryData(trashQuery.queryKey, { pages: [trash], pageParams: [null] });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <Page>
        <TrashList />
      </Page>
    </HydrationBoundary>
  );
}
