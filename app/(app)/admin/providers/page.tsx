import type { Metadata } from "next";
import { ProvidersScreen } from "@/components/admin/providers-screen";
import { pageSite } from "@/lib/http/page";
import { isMainSite } from "@/lib/sites/sites";

export const metadata: Metadata = { title: "Other clouds" };

export default async function ProvidersPage() {
  return <ProvidersScreen isMainSite={isMainSite(await pageSite())} />;
}
