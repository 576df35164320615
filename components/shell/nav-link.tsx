"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { isWithin, type NavItem } from "@/components/shell/nav-items";

type NavLinkProps = { item: NavItem; count?: number; onNavigate?: (() => void) | undefined };

export function NavLink({ item, count = 0, onNavigate }: NavLinkProps) {
  const isCurrent = isWithin(item, usePathname());
  const Icon = item.icon;
  return (
    <Link
      href={item.href}
      onClick={onNavigate}
      aria-current={isCurrent ? "page" : undefined}
      className="group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-hover hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-medium aria-[current]:text-accent-text max-md:h-11"
    >
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      <span className="flex-1 truncate">{item.label}</span>
      {count > 0 && (
        <span className="rounded-full bg-accent px-1.5 font-semibold text-on-accent text-xs tabular-nums">
          {count}
          <span className="sr-only"> waiting</span>
        </span>
      )}
    </Link>
  );
}
