"use client";

import * as Popover from "radix-ui/popover";
import type { ReactNode } from "react";
import { NoticeList } from "@/components/notices/notice-list";

type NoticePanelProps = {
  anchor: ReactNode;
  fresh: ReadonlySet<string>;
  isOpen: boolean;
  onChange: (isOpen: boolean) => void;
};

export function NoticePanel({ anchor, fresh, isOpen, onChange }: NoticePanelProps) {
  return (
    <Popover.Root open={isOpen} onOpenChange={onChange}>
      <Popover.Trigger asChild>{anchor}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Notices"
          className="z-50 flex max-h-[min(32rem,var(--radix-popover-content-available-height))] w-96 max-w-[calc(100vw-1.5rem)] animate-rise flex-col overflow-hidden rounded-lg border bg-raised shadow-pop outline-none"
        >
          <h2 className="border-b px-4 py-3 font-semibold">Notices</h2>
          <NoticeList fresh={fresh} onFollow={() => onChange(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
