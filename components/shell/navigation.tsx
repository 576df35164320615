"use client";

import { useQuery } from "@tanstack/react-query";
import {
  ADMINISTRATION,
  CONTACTS,
  FAVOURITES,
  FILES,
  INVITES,
  RECENT,
  SETTINGS,
  SHARED_BY_ME,
  SHARED_WITH_ME,
  TRASH,
} from "@/components/shell/nav-items";
import { NavLink } from "@/components/shell/nav-link";
import { accountQuery } from "@/components/shell/queries";
import { StorageUse } from "@/components/shell/storage-use";
import { useWaitingOffers } from "@/components/shell/use-waiting-offers";

/** Where one can go; the same in the sidebar and in the drawer of a phone. */
export function Navigation({ onNavigate }: { onNavigate?: () => void }) {
  const offers = useWaitingOffers();
  const { data: account } = useQuery(accountQuery);
  return (
    <>
      <nav aria-label="Main" className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-3 py-2">
        <div className="flex flex-col gap-0.5">
          <NavLink item={FILES} onNavigate={onNavigate} />
          <NavLink item={FAVOURITES} onNavigate={onNavigate} />
          <NavLink item={RECENT} onNavigate={onNavigate} />
          <NavLink item={SHARED_WITH_ME} count={offers} onNavigate={onNavigate} />
          <NavLink item={SHARED_BY_ME} onNavigate={onNavigate} />
          <NavLink item={TRASH} onNavigate={onNavigate} />
        </div>
        <div className="flex flex-col gap-0.5">
          <NavLink item={CONTACTS} onNavigate={onNavigate} />
          <NavLink item={INVITES} onNavigate={onNavigate} />
        </div>
        <div className="flex flex-col gap-0.5">
          <NavLink item={SETTINGS} onNavigate={onNavigate} />
          {account?.isAdmin && <NavLink item={ADMINISTRATION} onNavigate={onNavigate} />}
        </div>
      </nav>
      <StorageUse />
    </>
  );
}
