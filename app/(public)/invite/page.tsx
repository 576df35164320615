import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { WhereAreYouFrom } from "@/components/invites/where-are-you-from";
import { type InviteLook, lookAtInvite } from "@/lib/contacts/where-are-you-from";
import { hasCode } from "@/lib/core/errors";
import { pageAddress, pageSite } from "@/lib/http/page";
import { encodeInvite } from "@/lib/protocol/ocm/invite-string";
import type { Site } from "@/lib/sites/sites";
import { listDirectoryClouds } from "@/lib/trust/directory-clouds";

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
  const look = await lookOnce(site, token);
  if ("message" in look && look.dead !== "INVITE_USED") {
    return (
      <AuthCard siteName={site.name} title={TITLES[look.dead]}>
        <p>{look.message}</p>
      </AuthCard>
    );
  }
  // Whoever used it himself and never got the answer gets it at his own cloud.
  const inviterName = "inviterName" in look ? look.inviterName : null;
  const description = inviterName
    ? `${inviterName} at ${site.name} would like to share with you. Say which cloud is yours to answer there.`
    : "If it was you, say which cloud is yours: there you see that you are connected. If not, ask for a new one.";
  return (
    <AuthCard
      siteName={site.name}
      title={inviterName ? "Where are you from?" : TITLES.INVITE_USED}
      description={description}
    >
      <WhereAreYouFrom
        token={token}
        code={encodeInvite({ token, provider: site.provider })}
        inviterName={inviterName}
        site={{ name: site.name, showsPeople: site.showsSitePeople }}
        clouds={await listDirectoryClouds(site)}
      />
    </AuthCard>
  );
}

const TITLES = {
  INVITE_USED: "This invite was used already",
  INVITE_EXPIRED: "This invite has expired",
  INVITE_REVOKED: "This invite was revoked",
  INVITE_UNKNOWN: "There is no such invite",
  TOO_MANY_REQUESTS: "One moment",
};

type Look = InviteLook | { dead: "TOO_MANY_REQUESTS"; message: string };

async function lookOnce(site: Site, token: string): Promise<Look> {
  try {
    return await lookAtInvite(site, token, await pageAddress());
  } catch (error) {
    if (!hasCode(error, "TOO_MANY_REQUESTS")) throw error;
    return { dead: "TOO_MANY_REQUESTS", message: error.message };
  }
}
