import type { Metadata } from "next";
import { StorageScreen } from "@/components/admin/storage-screen";

export const metadata: Metadata = { title: "Storage" };

export default function StoragePage() {
  return <StorageScreen />;
}
