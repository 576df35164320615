"use client";

import { useTryProvider } from "@/components/admin/queries";
import { cutsNothing, WhatItCuts } from "@/components/admin/what-it-cuts";
import { NoticeLine } from "@/components/ui/notice-line";
import type { DryRunInput } from "@/lib/admin/schema";

type Decision = NonNullable<DryRunInput["provider"]>;

/** Tries what would be taken from a cloud before it is: what cuts something is done when it is asked for once more. */
export function useTriedOnProvider() {
  const { mutate, data, variables, isPending, error, reset } = useTryProvider();
  return {
    first(decision: Decision | false | undefined, act: () => void): void {
      const isKnown = data && JSON.stringify(variables) === JSON.stringify(decision);
      if (!decision) reset(); // what was tried before has nothing to say of this
      if (!decision || isKnown) act();
      else mutate(decision, { onSuccess: (dryRun) => cutsNothing(dryRun) && act() });
    },
    cut: data && !cutsNothing(data) ? data : null,
    isBusy: isPending,
    error,
  };
}

type TriedProps = { tried: ReturnType<typeof useTriedOnProvider>; press?: string };

export function TriedOnProvider({ tried: { cut }, press = "Save" }: TriedProps) {
  if (!cut) return null;
  return (
    <NoticeLine tone="warning">
      <p className="mb-2">Press {press} once more if this is what you want:</p>
      <WhatItCuts dryRun={cut} />
    </NoticeLine>
  );
}
