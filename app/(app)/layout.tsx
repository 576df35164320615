import type { ReactNode } from "react";
import { Shell } from "@/components/shell/shell";
import { requireUser } from "@/lib/http/page";

export default async function AppLayout({ children }: { children: ReactNode }) {
  await requireUser();
  return <Shell>{children}</Shell>;
}
