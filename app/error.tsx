"use client";

import { ErrorState } from "@/components/ui/error-state";

const SENTENCE = "Something went wrong on this cloud, and it has been written down there. Try again in a moment.";

/** A page that broke. What broke it is in the log of the server; its message is not for people. */
export default function BrokenPage({ reset }: { reset: () => void }) {
  return <ErrorState error={new Error(SENTENCE)} title="This page could not be shown" onRetry={reset} />;
}
