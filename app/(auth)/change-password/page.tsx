import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { ForcedPasswordChange } from "@/components/auth/forced-password-change";
import { localPath } from "@/components/auth/local-path";
import { pageSite, requireUserWithAnyPassword } from "@/lib/http/page";

export const metadata: Metadata = { title: "Choose a password" };

type Props = { searchParams: Promise<{ next?: string }> };

export default async function ChangePasswordPage({ searchParams }: Props) {
  const { next } = await searchParams;
  await requireUserWithAnyPassword();
  const site = await pageSite();
  return (
    <AuthCard
      siteName={site.name}
      title="Choose your own password"
      description="The one you signed in with was chosen by somebody else."
    >
      <ForcedPasswordChange next={localPath(next) ?? "/files"} />
    </AuthCard>
  );
}
