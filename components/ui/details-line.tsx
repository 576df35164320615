import type { ReactNode } from "react";

/** What is told below a name, in one line: what has no room in it any more is left out whole. */
export function DetailsLine({ children }: { children: ReactNode }) {
  return (
    <span className="flex h-5 min-w-0 flex-wrap gap-x-1 overflow-hidden text-muted text-sm leading-5 *:max-w-full *:truncate">
      {children}
    </span>
  );
}
