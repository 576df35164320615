import type { Metadata } from "next";
import { SearchScreen } from "@/components/search/search-screen";
import { Page } from "@/components/ui/page";
import { requireUser } from "@/lib/http/page";

export const metadata: Metadata = { title: "Search" };

export default async function SearchPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  await requireUser();
  return (
    <Page>
      {/* Who comes here anew, from the palette say, begins anew. */}
      <SearchScreen key={JSON.stringify(await searchParams)} />
    </Page>
  );
}
