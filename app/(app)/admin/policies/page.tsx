import type { Metadata } from "next";
import { PoliciesScreen } from "@/components/admin/policies-screen";

export const metadata: Metadata = { title: "Policies" };

export default function PoliciesPage() {
  return <PoliciesScreen />;
}
