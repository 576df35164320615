"use client";

import { useQuery } from "@tanstack/react-query";
import { Bell as BellIcon } from "lucide-react";
import * as Popover from "radix-ui/popover";
import { useState } from "react";
import { NoticeList } from "@/components/notices/notice-list";
import { noticesQuery, useReadNotices } from "@/components/notices/queries";
import { IconButton } from "@/components/ui/icon-button";

export function Bell() {
  const { data } = useQuery(noticesQuery);
  const read = useReadNotices();
  const [isOpen, setOpen] = useState(false);
  const unread = data?.unread ?? 0;

  function toggle(opens: boolean) {
    setOpen(opens);
    // Seen while it was open; the marks stay until it closes, so that one sees what is new.
    if (!opens && unread > 0) read.mutate();
  }

  return (
    <Popover.Root open={isOpen} onOpenChange={toggle}>
      <Popover.Trigger asChild>
        <IconButton label={unread > 0 ? `Notices, ${unread} new` : "Notices"} hasTooltip={false} data-testid="bell">
          <BellIcon />
          {unread > 0 && (
            <span
              aria-hidden
              className="absolute end-1.5 top-1.5 size-2 rounded-full bg-accent outline-2 outline-canvas"
            />
          )}
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Notices"
          className="z-50 flex max-h-[min(32rem,var(--radix-popover-content-available-height))] w-96 max-w-[calc(100vw-1.5rem)] animate-rise flex-col overflow-hidden rounded-lg border bg-raised shadow-pop outline-none"
        >
          <h2 className="border-b px-4 py-3 font-semibold">Notices</h2>
          <NoticeList onFollow={() => toggle(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
