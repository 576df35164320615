import type { Metadata } from "next";
import { ProvidersScreen } from "@/components/admin/providers-screen";

export const metadata: Metadata = { title: "Other clouds" };

export default function ProvidersPage() {
  return <ProvidersScreen />;
}
