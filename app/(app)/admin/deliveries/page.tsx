import type { Metadata } from "next";
import { DeliveriesScreen } from "@/components/admin/deliveries-screen";

export const metadata: Metadata = { title: "Deliveries" };

export default function DeliveriesPage() {
  return <DeliveriesScreen />;
}
