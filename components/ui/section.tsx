import type { ReactNode } from "react";

type SectionProps = { title: string; description?: ReactNode; id?: string; children: ReactNode };

/** A part of a page of settings: what it is about on the left, its controls on the right. */
export function Section({ title, description, id, children }: SectionProps) {
  return (
    <section
      id={id}
      className="grid gap-x-8 gap-y-4 border-t py-6 first-of-type:border-t-0 first-of-type:pt-0 md:grid-cols-[14rem_minmax(0,1fr)]"
    >
      <div>
        <h2 className="font-semibold">{title}</h2>
        {description && <p className="mt-1 text-muted text-sm">{description}</p>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
