import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { ForcedPasswordChange } from "@/components/auth/forced-password-change";
import { pageSite, requireUserWithAnyPassword } from "@/lib/http/page";

export const metadata: Metadata = { title: "Choose a password" };

export default async function ChangePasswordPage() {
  await requireUserWithAnyPassword();
  const site = await pageSite();
  return (
    <AuthCard
      siteName={site.name}
      title="Choose your own password"
      description="The one you signed in with was chosen by somebody else."
    >
      <ForcedPasswordChange />
    </AuthCard>
  );
}
