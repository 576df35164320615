import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthCard } from "@/components/auth/auth-card";
import { localPath } from "@/components/auth/local-path";
import { SignInForm } from "@/components/auth/sign-in-form";
import { config } from "@/lib/core/config";
import { findHalfSignedIn, findUser, pageOnTheWay, pageSite } from "@/lib/http/page";

export const metadata: Metadata = { title: "Sign in" };

/** Refusals of people who signed in elsewhere; the text of an address is shown to nobody. */
const FAILURES: Record<string, string> = {
  NO_SUCH_ACCOUNT: "Nobody here belongs to that account. Ask your administrator to add you.",
  ACCOUNT_DISABLED: "This account is disabled. Ask your administrator.",
};

type Props = { searchParams: Promise<{ next?: string; error?: string }> };

export default async function SignInPage({ searchParams }: Props) {
  const { next, error } = await searchParams;
  // Who comes back from signing in elsewhere with a refusal has lost the way: the address is not ours to write then.
  const target = localPath(next ?? (error && (await pageOnTheWay())) ?? undefined) ?? "/files";
  if (await findUser()) redirect(target);
  if (await findHalfSignedIn()) redirect(`/sign-in/second-factor?next=${encodeURIComponent(target)}`);
  const site = await pageSite();

  if (!site.setUpAt) {
    return (
      <AuthCard siteName={site.name} title="Not set up yet">
        <p>
          Nobody has set up this cloud so far. Whoever started it finds a link with a one-time code where it was
          started.
        </p>
      </AuthCard>
    );
  }
  const failure = error
    ? (FAILURES[error] ?? "That sign-in did not work. Try again, or ask your administrator.")
    : null;
  const isOnTheWay = target.startsWith("/invite/accept");
  return (
    <AuthCard
      siteName={site.name}
      title="Sign in"
      description={isOnTheWay ? "Then you can answer the invite." : undefined}
      after={isOnTheWay ? undefined : "No account? Your administrator makes one for you."}
    >
      <SignInForm next={target} oidcName={config().oidc?.name ?? null} failure={failure} />
    </AuthCard>
  );
}
