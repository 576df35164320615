import type { ReactNode } from "react";

/** The column that a screen of lists and forms stands in; Files takes the whole width instead. */
export function Page({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-240 px-4 pt-6 pb-16 md:px-8">{children}</div>
    </div>
  );
}
