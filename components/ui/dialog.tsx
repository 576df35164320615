"use client";

import { X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { IconButton } from "@/components/ui/icon-button";

const WIDTHS = { sm: "md:max-w-104", md: "md:max-w-132", lg: "md:max-w-180" };

type DialogProps = {
  isOpen: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  /** The row of buttons at the end. */
  footer?: ReactNode;
  size?: keyof typeof WIDTHS;
  children?: ReactNode;
  testId?: string;
};

/** In the middle on a desk, a sheet from the bottom on a phone. */
export function Dialog({ isOpen, onClose, title, description, footer, size = "md", children, testId }: DialogProps) {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <div className="pointer-events-none fixed inset-0 z-40 flex items-end justify-center md:items-center md:p-6">
          <RadixDialog.Content
            data-testid={testId}
            {...(description ? {} : { "aria-describedby": undefined })}
            className={cn(
              "pointer-events-auto flex max-h-[92dvh] w-full animate-sheet flex-col border bg-surface shadow-pop outline-none max-md:rounded-t-lg md:max-h-[min(44rem,88dvh)] md:animate-rise md:rounded-lg",
              WIDTHS[size],
            )}
          >
            <header className="flex items-start justify-between gap-4 ps-5 pe-3 pt-3.5 pb-1">
              <div className="min-w-0 pt-0.5">
                <RadixDialog.Title className="break-words font-semibold text-lg">{title}</RadixDialog.Title>
                {description && (
                  <RadixDialog.Description className="mt-1 text-muted">{description}</RadixDialog.Description>
                )}
              </div>
              <RadixDialog.Close asChild>
                <IconButton label="Close" size="sm" hasTooltip={false}>
                  <X />
                </IconButton>
              </RadixDialog.Close>
            </header>
            {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>}
            {footer && (
              <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 max-md:pb-[max(0.75rem,env(safe-area-inset-bottom))]">
                {footer}
              </footer>
            )}
          </RadixDialog.Content>
        </div>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
