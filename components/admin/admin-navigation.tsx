"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/ui/cn";

const PAGES = [
  { href: "/admin/people", label: "People" },
  { href: "/admin/groups", label: "Groups" },
  { href: "/admin/providers", label: "Other clouds" },
  { href: "/admin/directories", label: "Directories" },
  { href: "/admin/doctor", label: "Check a connection" },
  { href: "/admin/deliveries", label: "Deliveries" },
  { href: "/admin/audit", label: "Audit trail" },
  { href: "/admin/policies", label: "Policies" },
  { href: "/admin/keys", label: "Keys" },
  { href: "/admin/storage", label: "Storage" },
];
/** Of the whole installation. */
const SITES = { href: "/admin/sites", label: "Sites" };

/** On a phone they do not all fit. */
const bringIntoView = (link: HTMLAnchorElement | null) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });

export function AdminNavigation({ isMainSite }: { isMainSite: boolean }) {
  const path = usePathname();
  return (
    <nav aria-label="Administration" className="mb-6 flex gap-5 overflow-x-auto border-b">
      {[...PAGES, ...(isMainSite ? [SITES] : [])].map(({ href, label }) => {
        const isHere = path === href;
        const isWithin = isHere || path.startsWith(`${href}/`);
        return (
          <Link
            key={href}
            href={href}
            ref={isWithin ? bringIntoView : undefined}
            aria-current={isHere ? "page" : isWithin || undefined}
            className={cn(
              "-mb-px whitespace-nowrap border-b-2 py-2 font-medium text-sm",
              isWithin ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink",
            )}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
