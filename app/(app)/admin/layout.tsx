import type { ReactNode } from "react";
import { AdminNavigation } from "@/components/admin/admin-navigation";
import { Page } from "@/components/ui/page";
import { pageSite, requireAdmin } from "@/lib/http/page";
import { isMainSite } from "@/lib/sites/sites";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  await requireAdmin();
  return (
    <Page>
      <AdminNavigation isMainSite={isMainSite(await pageSite())} />
      {children}
    </Page>
  );
}
