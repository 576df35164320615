import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { localPath } from "@/components/auth/local-path";
import { SecondFactorForm } from "@/components/auth/second-factor-form";
import { findHalfSignedIn, findUser, pageSite } from "@/lib/http/page";
import { getSecondFactors } from "@/lib/identity/second-factor/factors";

export const metadata: Metadata = { title: "Confirm that it is you" };

type Props = { searchParams: Promise<{ next?: string }> };

export default async function SecondFactorPage({ searchParams }: Props) {
  const target = localPath((await searchParams).next) ?? "/files";
  if (await findUser()) redirect(target);
  const user = await findHalfSignedIn();
  if (!user) redirect(`/sign-in?next=${encodeURIComponent(target)}`);
  const [site, { authenticatorSince, passkeys }] = await Promise.all([pageSite(), getSecondFactors(user)]);
  return (
    <AuthCard
      siteName={site.name}
      title="Confirm that it is you"
      description="Your password was right. Now show your second factor."
      after="Lost it, and the recovery codes too? Your administrator can let you in again."
    >
      <SecondFactorForm next={target} hasAuthenticator={authenticatorSince !== null} hasPasskey={passkeys.length > 0} />
    </AuthCard>
  );
}
