"use client";

import { useQuery } from "@tanstack/react-query";
import type { Picked } from "@/components/sharing/picked-person";
import { abilitiesQuery } from "@/components/sharing/queries";
import { Checkbox } from "@/components/ui/checkbox";

type SecondFactorChoiceProps = { picked: Picked; checked: boolean; onChange: (checked: boolean) => void };

/** Offered only where the other cloud sees to it. */
export function SecondFactorChoice({ picked, checked, onChange }: SecondFactorChoiceProps) {
  const { data: abilities } = useQuery(abilitiesQuery(picked.provider));
  if (!abilities?.secondFactor) return null;
  return (
    <Checkbox
      label="Ask for a second factor"
      hint={`It opens only after ${picked.name} has confirmed with more than the password.`}
      checked={checked}
      onChange={onChange}
    />
  );
}
