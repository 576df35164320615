import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "@/components/auth/auth-card";
import { Button } from "@/components/ui/button";
import { pageSite } from "@/lib/http/page";

export const metadata: Metadata = { title: "Nothing here" };

export default async function NotFound() {
  const site = await pageSite();
  return (
    <AuthCard siteName={site.name} title="There is nothing here">
      <p className="text-muted">The address may be mistyped, or what stood here is gone.</p>
      <Button asChild variant="primary" className="mt-5">
        <Link href="/files">To my files</Link>
      </Button>
    </AuthCard>
  );
}
