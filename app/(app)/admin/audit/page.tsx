import type { Metadata } from "next";
import { AuditScreen } from "@/components/admin/audit-screen";

export const metadata: Metadata = { title: "Audit trail" };

export default function AuditTrailPage() {
  return <AuditScreen />;
}
