"use client";

import * as RadixDialog from "radix-ui/dialog";
import type { ReactNode } from "react";
import { useFocusBack } from "@/components/ui/focus";

type SheetProps = { isOpen: boolean; onClose: () => void; title: string; children: ReactNode };

/** A panel over the page from its start edge, on narrow screens. */
export function Sheet({ isOpen, onClose, title, children }: SheetProps) {
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <Panel title={title}>{children}</Panel>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

function Panel({ title, children }: Pick<SheetProps, "title" | "children">) {
  return (
    <>
      <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
      <RadixDialog.Content
        aria-describedby={undefined}
        onCloseAutoFocus={useFocusBack()}
        className="fixed inset-y-0 start-0 z-40 flex w-72 max-w-[86vw] animate-drawer flex-col border-e bg-canvas outline-none"
      >
        <RadixDialog.Title className="sr-only">{title}</RadixDialog.Title>
        {children}
      </RadixDialog.Content>
    </>
  );
}
