"use client";

import { useUpdatePolicies } from "@/components/admin/queries";
import { RadioGroup } from "@/components/ui/radio-group";
import { toast } from "@/components/ui/toast";
import type { SitePolicies } from "@/lib/sites/schema";

const RULES = [
  { value: "anyone", label: "Anyone", hint: "Every provider, whatever the list says." },
  { value: "listed", label: "Only listed", hint: "Providers that you have added as trusted." },
  { value: "unblocked", label: "All but blocked", hint: "Every provider that you have not blocked." },
] as const;

/** The rule holds at once, for invites, shares and notifications, in both directions. */
export function ProviderRuleChoice({ rule }: { rule: SitePolicies["providerRule"] }) {
  const update = useUpdatePolicies();
  const choose = (providerRule: SitePolicies["providerRule"]) =>
    update.mutate({ providerRule }, { onError: (error) => toast.error(error.message) });

  return (
    <section className="mb-6 rounded-md border bg-surface p-4">
      <h2 className="mb-3 font-semibold">People here may connect with</h2>
      <RadioGroup
        aria-label="People here may connect with"
        value={update.isPending ? (update.variables.providerRule ?? rule) : rule}
        onChange={choose}
        options={RULES}
      />
    </section>
  );
}
