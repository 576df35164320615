"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const PAGES = [
  { href: "/admin/people", label: "People" },
  { href: "/admin/providers", label: "Other clouds" },
  { href: "/admin/doctor", label: "Check a connection" },
  { href: "/admin/deliveries", label: "Deliveries" },
  { href: "/admin/audit", label: "Audit trail" },
  { href: "/admin/policies", label: "Policies" },
];

/** On a phone they do not all fit. */
const bringIntoView = (link: HTMLAnchorElement | null) => link?.scrollIntoView({ block: "nearest", inline: "nearest" });

export function AdminNavigation() {
  const path = usePathname();
  return (
    <nav aria-label="Administration" className="mb-6 flex gap-5 overflow-x-auto border-b">
      {PAGES.map(({ href, label }) => (
        <Link
          key={href}
          href={href}
          ref={path === href ? bringIntoView : undefined}
          aria-current={path === href ? "page" : undefined}
          className="-mb-px whitespace-nowrap border-transparent border-b-2 py-2 font-medium text-muted text-sm hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
