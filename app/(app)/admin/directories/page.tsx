import type { Metadata } from "next";
import { DirectoriesScreen } from "@/components/admin/directories-screen";

export const metadata: Metadata = { title: "Directories" };

export default function DirectoriesPage() {
  return <DirectoriesScreen />;
}
