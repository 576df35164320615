import type { ReactNode } from "react";
import { Mark } from "@/components/ui/mark";

type AuthCardProps = {
  siteName: string;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  after?: ReactNode;
};

/** The one card of a page that stands outside the application: signing in, setting up, answering an invite. */
export function AuthCard({ siteName, title, description, children, after }: AuthCardProps) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="mb-6 flex items-center gap-2 font-semibold text-accent-text">
        <Mark className="size-6" />
        <span className="text-ink">{siteName}</span>
      </div>
      <section className="w-full max-w-100 rounded-lg border bg-surface px-6 py-6 sm:px-8 sm:py-7">
        <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
        {description && <p className="mt-1 text-muted">{description}</p>}
        <div className="mt-5">{children}</div>
      </section>
      {after && <div className="mt-5 max-w-100 text-center text-muted text-sm">{after}</div>}
    </main>
  );
}
