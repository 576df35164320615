"use client";

import dynamic from "next/dynamic";
import { useSyncExternalStore } from "react";
import { isAsking, subscribeAsking } from "@/components/second-factor/asking";

const StepUpDialog = dynamic(() =>
  import("@/components/second-factor/step-up-dialog").then((part) => part.StepUpDialog),
);

/** Asks for the second factor over whatever page needs it, which then goes on. */
export function StepUp() {
  const isAsked = useSyncExternalStore(subscribeAsking, isAsking, () => false);
  return isAsked && <StepUpDialog />;
}
