"use client";

import { X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { focusFirst, useFocusBack } from "@/components/ui/focus";
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
export function Dialog({ isOpen, onClose, ...panel }: DialogProps) {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <Panel {...panel} />
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Its upper edge stays where it is while the contents grow and shrink. */
function Panel({ title, description, footer, size = "md", children, testId }: Omit<DialogProps, "isOpen" | "onClose">) {
  return (
    <>
      <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
      <div className="pointer-events-none fixed inset-0 z-40 flex items-end justify-center md:items-start md:px-6 md:pt-[12dvh]">
        <RadixDialog.Content
          data-testid={testId}
          {...(description ? {} : { "aria-describedby": undefined })}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={useFocusBack()}
          className={cn(
            "pointer-events-auto relative flex max-h-[92dvh] w-full animate-sheet flex-col border bg-surface shadow-pop outline-none max-md:rounded-t-lg md:max-h-[min(44rem,80dvh)] md:animate-rise md:rounded-lg",
            WIDTHS[size],
          )}
        >
          <header className="ps-5 pe-14 pt-4 pb-1">
            <RadixDialog.Title className="break-words font-semibold text-lg">{title}</RadixDialog.Title>
            {description && (
              <RadixDialog.Description className="mt-1 text-muted">{description}</RadixDialog.Description>
            )}
          </header>
          {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>}
          {footer && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 max-md:pb-[max(0.75rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          )}
          {/* Last, so that the keyboard meets what the dialog is about first. */}
          <div className="absolute end-3 top-3.5">
            <RadixDialog.Close asChild>
              <IconButton label="Close" size="sm" hasTooltip={false}>
                <X />
              </IconButton>
            </RadixDialog.Close>
          </div>
        </RadixDialog.Content>
      </div>
    </>
  );
}
