"use client";

import { Search } from "lucide-react";
import { Bell } from "@/components/notices/bell";
import { Brand } from "@/components/shell/brand";
import { IconButton } from "@/components/ui/icon-button";

export function MobileHeader({ onSearch }: { onSearch: () => void }) {
  return (
    <header className="flex h-13 shrink-0 items-center gap-1 border-b bg-canvas ps-4 pe-2 md:hidden">
      <div className="me-auto min-w-0">
        <Brand />
      </div>
      <IconButton label="Go to" hasTooltip={false} onClick={onSearch}>
        <Search />
      </IconButton>
      <Bell />
    </header>
  );
}
