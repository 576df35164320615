import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";

/** Says of something that it opens only with a second factor, before it is sent or taken. */
export function SecondFactorNeeded({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-2.5" data-testid="second-factor-needed">
      <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 break-words">{children}</span>
    </p>
  );
}
