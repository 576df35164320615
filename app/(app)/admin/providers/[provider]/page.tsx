import type { Metadata } from "next";
import { ProviderScreen } from "@/components/admin/provider-screen";
import { pageSite } from "@/lib/http/page";
import { isMainSite } from "@/lib/sites/sites";

export const metadata: Metadata = { title: "Other cloud" };

export default async function ProviderPage({ params }: { params: Promise<{ provider: string }> }) {
  const { provider } = await params;
  return <ProviderScreen provider={decodeURIComponent(provider)} isMainSite={isMainSite(await pageSite())} />;
}
