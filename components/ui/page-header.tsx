import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

type PageHeaderProps = {
  title: ReactNode;
  /** Beside the title: how it stands with what the page is about. */
  badge?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** The list that the page belongs to. */
  back?: { href: string; label: string };
};

export function PageHeader({ title, badge, description, actions, back }: PageHeaderProps) {
  return (
    <header className="mb-5">
      {back && (
        <Link
          href={back.href}
          className="-ms-1 mb-1 inline-flex h-6 items-center gap-0.5 rounded-sm pe-1 text-muted text-sm hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4 rtl:rotate-180" />
          {back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2.5">
            <h1 className="min-w-0 font-semibold text-xl tracking-tight wrap-anywhere">{title}</h1>
            {badge}
          </div>
          {description && <p className="wrap-anywhere mt-0.5 max-w-160 text-muted">{description}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
    </header>
  );
}
