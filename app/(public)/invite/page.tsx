import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { WhereAreYouFrom } from "@/components/invites/where-are-you-from";
import { findInviterName } from "@/lib/contacts/where-are-you-from";
import { hasCode } from "@/lib/core/errors";
import { pageAddress, pageSite } from "@/lib/http/page";
import { encodeInvite } from "@/lib/protocol/ocm/invite-string";
import type { Site } from "@/lib/sites/sites";

export const metadata: Metadata = { title: "Where are you from?", referrer: "no-referrer" };

/** The invite link opens here, at the inviter's cloud; the invitee goes on to their own. */
export default async function WherePage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  const site = await pageSite();
  if (typeof token !== "string" || token === "") {
    return (
      <AuthCard siteName={site.name} title="This link is not complete">
        <p>Something is missing at its end. Copy the whole link from the message that you got, and open it again.</p>
      </AuthCard>
    );
  }
  const inviter = await whoInvites(site, token);
  if ("problem" in inviter) {
    return (
      <AuthCard siteName={site.name} title={inviter.title}>
        <p>{inviter.problem}</p>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      siteName={site.name}
      title="Where are you from?"
      description={`${inviter.name} at ${site.name} would like to share with you. Say which cloud is yours to answer there.`}
    >
      <WhereAreYouFrom
        token={token}
        code={encodeInvite({ token, provider: site.provider })}
        inviterName={inviter.name}
        siteName={site.name}
      />
    </AuthCard>
  );
}

/** The same words whatever is wrong with the token: the page is open to anyone. */
async function whoInvites(site: Site, token: string): Promise<{ name: string } | { title: string; problem: string }> {
  try {
    const name = await findInviterName(site, token, await pageAddress());
    if (name !== null) return { name };
  } catch (error) {
    if (!hasCode(error, "TOO_MANY_REQUESTS")) throw error;
    return { title: "One moment", problem: error.message };
  }
  return {
    title: "This invite does not work",
    problem: "It was used, has expired or was taken back, or the link is not as it was sent. Ask for a new one.",
  };
}
