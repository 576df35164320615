import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { SitesScreen } from "@/components/admin/sites-screen";
import { pageSite } from "@/lib/http/page";
import { isMainSite } from "@/lib/sites/sites";

export const metadata: Metadata = { title: "Sites" };

export default async function SitesPage() {
  return isMainSite(await pageSite()) ? <SitesScreen /> : notFound();
}
