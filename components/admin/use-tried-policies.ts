import { useState } from "react";
import { useTryPolicies, useUpdatePolicies } from "@/components/admin/queries";
import { cutsNothing } from "@/components/admin/what-it-cuts";
import type { DryRunView } from "@/lib/admin/schema";
import type { UpdateSitePolicies } from "@/lib/sites/schema";

export type TriedPolicies = ReturnType<typeof useTriedPolicies>;

/** Saves a change of the policies; one that cuts something is asked about before. */
export function useTriedPolicies(onSaved: () => void) {
  const [asked, setAsked] = useState<{ change: UpdateSitePolicies; dryRun: DryRunView } | null>(null);
  const trial = useTryPolicies();
  const update = useUpdatePolicies();

  const save = (change: UpdateSitePolicies) =>
    update.mutate(change, { onSuccess: onSaved, onSettled: () => setAsked(null) });
  function change(change: UpdateSitePolicies) {
    update.reset();
    const onSuccess = (dryRun: DryRunView) => (cutsNothing(dryRun) ? save(change) : setAsked({ change, dryRun }));
    trial.mutate(change, { onSuccess });
  }
  return {
    change,
    /** What waits for a yes. */
    asked,
    confirm: () => asked && save(asked.change),
    cancel: () => setAsked(null),
    /** What is on its way, if anything is. */
    pending: trial.isPending ? trial.variables : (asked?.change ?? (update.isPending ? update.variables : undefined)),
    isBusy: trial.isPending || update.isPending,
    error: trial.error ?? update.error,
  };
}
