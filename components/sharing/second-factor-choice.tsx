"use client";

import { useQuery } from "@tanstack/react-query";
import type { Picked } from "@/components/sharing/picked-person";
import { abilitiesQuery } from "@/components/sharing/queries";
import { SecondFactorNeeded } from "@/components/sharing/second-factor-needed";
import { Checkbox } from "@/components/ui/checkbox";

type SecondFactorChoiceProps = { picked: Picked; checked: boolean; onChange: (checked: boolean) => void };

/** A choice only where the other cloud sees to it, and the own one does not have every share ask for it. */
export function SecondFactorChoice({ picked, checked, onChange }: SecondFactorChoiceProps) {
  const { data: abilities } = useQuery(abilitiesQuery(picked.provider));
  const whenItOpens = `It opens only after ${picked.name} has confirmed with more than the password.`;
  if (abilities?.secondFactor === "needed") {
    return (
      <SecondFactorNeeded>
        Your cloud has what is shared with {picked.provider} ask for a second factor. {whenItOpens}
      </SecondFactorNeeded>
    );
  }
  if (abilities?.secondFactor !== "free") return null;
  return <Checkbox label="Ask for a second factor" hint={whenItOpens} checked={checked} onChange={onChange} />;
}
