"use client";

import { Search } from "lucide-react";
import { Bell } from "@/components/notices/bell";
import { Brand } from "@/components/shell/brand";
import { Navigation } from "@/components/shell/navigation";
import { UserMenu } from "@/components/shell/user-menu";

export function Sidebar({ onSearch }: { onSearch: () => void }) {
  return (
    <aside className="flex w-60 shrink-0 flex-col bg-canvas max-md:hidden">
      <div className="flex h-14 items-center justify-between gap-2 ps-5.5 pe-3">
        <Brand />
        <Bell />
      </div>
      <div className="px-3 pb-2">
        <button
          type="button"
          onClick={onSearch}
          className="flex h-8 w-full items-center gap-2.5 rounded-md border bg-surface px-2.5 text-faint text-sm hover:border-line-strong"
        >
          <Search aria-hidden className="size-4" />
          Go to…
          <kbd className="ms-auto font-sans text-xs">Ctrl K</kbd>
        </button>
      </div>
      <Navigation />
      <div className="border-t p-2">
        <UserMenu />
      </div>
    </aside>
  );
}
