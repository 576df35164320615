import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { SetUpForm } from "@/components/auth/set-up-form";
import { pageSite } from "@/lib/http/page";

export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function SetUpPage({ searchParams }: { searchParams: Promise<{ code?: string }> }) {
  const site = await pageSite();
  if (site.setUpAt) notFound();
  const { code } = await searchParams;

  return (
    <AuthCard siteName="Tessera" title="Set up your cloud" description="One minute, and it is ready for people.">
      {code ? (
        <SetUpForm code={code} address={site.provider} origin={site.origin} />
      ) : (
        <p>Open the link that was printed where Tessera was started. It carries the code that this page asks for.</p>
      )}
    </AuthCard>
  );
}
