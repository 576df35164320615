"use client";

import { useQuery } from "@tanstack/react-query";
import { ChangePasswordForm } from "@/components/auth/change-password-form";
import { SecondFactors } from "@/components/second-factor/second-factors";
import { AppPasswordList } from "@/components/settings/app-password-list";
import { CloudAddress } from "@/components/settings/cloud-address";
import { ProfileForm } from "@/components/settings/profile-form";
import { SessionList } from "@/components/settings/session-list";
import { accountQuery } from "@/components/shell/queries";
import { ThemeChoice } from "@/components/shell/theme-choice";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";

export function SettingsScreen() {
  const { data: account, error, refetch } = useQuery(accountQuery);

  if (error) return <ErrorState error={error} onRetry={() => refetch()} />;
  if (!account) return <SkeletonRows />;
  return (
    <>
      <PageHeader title="Settings" />
      <Section title="Profile" description="What the people you share with see of you.">
        <ProfileForm account={account} />
      </Section>
      <Section title="Cloud address" description="By which people on other clouds can offer you files.">
        <CloudAddress account={account} />
      </Section>
      <Section title="Appearance" description="In this browser.">
        <ThemeChoice />
      </Section>
      {account.hasPassword && (
        <Section title="Password" description="Changing it signs you out everywhere else.">
          <ChangePasswordForm onDone={() => toast.success("Your password is changed.")} />
        </Section>
      )}
      <Section
        id="second-factor"
        title="Second factor"
        description="Signing in then also asks for something that only you have. Some shares open only with it."
      >
        <SecondFactors />
      </Section>
      <Section title="Where you are signed in">
        <SessionList />
      </Section>
      <Section
        title="App passwords"
        description="For programs that reach your cloud without a browser. They stay when you change your password or sign out."
      >
        <AppPasswordList userName={account.userName} />
      </Section>
    </>
  );
}
