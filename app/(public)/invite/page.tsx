import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { WhereAreYouFrom } from "@/components/invites/where-are-you-from";
import { pageSite } from "@/lib/http/page";
import { encodeInvite } from "@/lib/protocol/ocm/invite-string";

export const metadata: Metadata = { title: "Where are you from?", referrer: "no-referrer" };

/** The invite link opens here, at the inviter's cloud; the invitee goes on to their own. */
export default async function WherePage({ searchParams }: { searchParams: Promise<{ token?: string }> }) {
  const { token } = await searchParams;
  const site = await pageSite();
  if (!token) {
    return (
      <AuthCard siteName={site.name} title="This link is not complete">
        <p>Something is missing at its end. Copy the whole link from the message that you got, and open it again.</p>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      siteName={site.name}
      title="Where are you from?"
      description={`Somebody at ${site.name} would like to share with you. Say which cloud is yours to answer there.`}
    >
      <WhereAreYouFrom token={token} code={encodeInvite({ token, provider: site.provider })} />
    </AuthCard>
  );
}
