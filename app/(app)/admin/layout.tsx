import type { ReactNode } from "react";
import { AdminNavigation } from "@/components/admin/admin-navigation";
import { Page } from "@/components/ui/page";
import { requireAdmin } from "@/lib/http/page";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  await requireAdmin();
  return (
    <Page>
      <AdminNavigation />
      {children}
    </Page>
  );
}
