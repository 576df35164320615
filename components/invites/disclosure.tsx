import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

/** A question whose answer opens below it. */
export function Disclosure({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="group py-2.5 text-muted text-sm">
      <summary className="flex cursor-default list-none items-center gap-1.5 rounded-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 shrink-0 group-open:rotate-90" />
        {title}
      </summary>
      <div className="pt-2 ps-5.5">{children}</div>
    </details>
  );
}
