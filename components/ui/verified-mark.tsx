import { BadgeCheck } from "lucide-react";

/** Behind the name of a contact with whom one has compared words. */
export function VerifiedMark() {
  return (
    <span
      title="Verified: you compared words with each other"
      className="shrink-0 text-success-text"
      data-testid="verified"
    >
      <BadgeCheck aria-hidden className="size-4" />
      <span className="sr-only">Verified</span>
    </span>
  );
}
