"use client";

import { Ellipsis } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { CONTACTS, FILES, isWithin, SHARED_BY_ME, SHARED_WITH_ME } from "@/components/shell/nav-items";
import { useWaitingOffers } from "@/components/shell/use-waiting-offers";

const ITEMS = [
  { item: FILES, label: "Files" },
  { item: SHARED_WITH_ME, label: "With me" },
  { item: SHARED_BY_ME, label: "By me" },
  { item: CONTACTS, label: "Contacts" },
];
const LOOK =
  "relative flex h-14 flex-1 flex-col items-center justify-center gap-1 text-muted text-xs aria-[current]:font-medium aria-[current]:text-accent-text -outline-offset-2 focus-visible:-outline-offset-2";

/** The places one goes to most, within reach of a thumb. */
export function BottomBar({ onMore }: { onMore: () => void }) {
  const pathname = usePathname();
  const offers = useWaitingOffers();
  return (
    <nav aria-label="Main" className="flex shrink-0 border-t bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden">
      {ITEMS.map(({ item, label }) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={isWithin(item, pathname) ? "page" : undefined}
          className={LOOK}
        >
          <item.icon aria-hidden className="size-5" strokeWidth={1.75} />
          {label}
          {item === SHARED_WITH_ME && offers > 0 && (
            <span className="absolute start-[calc(50%+0.5rem)] top-1.5 min-w-4 rounded-full bg-accent px-1 text-center font-semibold text-[0.625rem] text-on-accent leading-4">
              {offers}
              <span className="sr-only"> waiting</span>
            </span>
          )}
        </Link>
      ))}
      <button type="button" onClick={onMore} className={LOOK}>
        <Ellipsis aria-hidden className="size-5" />
        More
      </button>
    </nav>
  );
}
