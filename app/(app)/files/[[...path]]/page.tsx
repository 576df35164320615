import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { FilesScreen } from "@/components/files/files-screen";
import { folderOfPathname, namesOf } from "@/components/files/paths";
import { FIRST_PAGE, folderQuery } from "@/components/files/queries";
import { isAppError } from "@/lib/core/errors";
import { getFolder } from "@/lib/drive/folder-view";
import { requireUser } from "@/lib/http/page";

export const metadata: Metadata = { title: "Files" };

export default async function FilesPage({ params }: { params: Promise<{ path?: string[] }> }) {
  const user = await requireUser();
  const path = folderOfPathname(["/files", ...((await params).path ?? [])].join("/"));
  const client = new QueryClient();
  // The page itself never waits for another cloud: what was not looked at yet is asked for by the browser, where one can
  // stop waiting.
  const folder = await getFolder(user, namesOf(path), { limit: FIRST_PAGE }, { mayWait: false }).catch(
    (error: unknown) => {
      if (isAppError(error)) return null; // the screen asks again, and says what is wrong
      throw error;
    },
  );
  if (folder) client.setQueryData(folderQuery(path).queryKey, { pages: [folder], pageParams: [null] });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <FilesScreen />
    </HydrationBoundary>
  );
}
