import type { Metadata } from "next";
import { AuthCard } from "@/components/auth/auth-card";
import { AnswerInvite } from "@/components/invites/answer-invite";
import { pageSite, requireUser } from "@/lib/http/page";

export const metadata: Metadata = { title: "Accept an invite", referrer: "no-referrer" };

type Props = { searchParams: Promise<{ token?: string; providerDomain?: string }> };

/** The `inviteAcceptDialog` of our discovery document. */
export default async function AcceptInvitePage({ searchParams }: Props) {
  const { token = "", providerDomain = "" } = await searchParams;
  const user = await requireUser();
  const site = await pageSite();

  return (
    <AuthCard siteName={site.name} title="An invite for you" description={`You are signed in as ${user.displayName}.`}>
      <AnswerInvite text={`${token}@${providerDomain}`} />
    </AuthCard>
  );
}
