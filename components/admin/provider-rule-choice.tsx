"use client";

import { ConfirmPolicies } from "@/components/admin/confirm-policies";
import { useTriedPolicies } from "@/components/admin/use-tried-policies";
import { NoticeLine } from "@/components/ui/notice-line";
import { RadioGroup } from "@/components/ui/radio-group";
import type { SitePolicies } from "@/lib/sites/schema";

const RULES = [
  { value: "anyone", label: "Anyone", hint: "Every provider, whatever the list says." },
  {
    value: "listed",
    label: "Only listed",
    hint: "Providers that you have added as trusted, and those of directories that you trust.",
  },
  { value: "unblocked", label: "All but blocked", hint: "Every provider that you have not blocked." },
] as const;

/** The rule holds at once, for invites, shares and notifications, in both directions. */
export function ProviderRuleChoice({ rule }: { rule: SitePolicies["providerRule"] }) {
  const tried = useTriedPolicies(() => {});

  return (
    <section className="mb-6 rounded-md border bg-surface p-4">
      <h2 className="mb-3 font-semibold">People here may connect with</h2>
      <RadioGroup
        aria-label="People here may connect with"
        value={tried.pending?.providerRule ?? rule}
        onChange={(providerRule) => tried.change({ providerRule })}
        options={RULES}
      />
      {tried.error && <NoticeLine tone="danger">{tried.error.message}</NoticeLine>}
      <ConfirmPolicies tried={tried} />
    </section>
  );
}
