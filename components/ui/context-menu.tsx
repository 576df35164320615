"use client";

import { Slot } from "radix-ui/slot";
import { lazy, type MouseEvent, type ReactNode, Suspense, useState } from "react";
import type { MenuAction } from "@/components/ui/menu-action";

const OpenedMenu = lazy(() => import("@/components/ui/opened-menu").then((part) => ({ default: part.OpenedMenu })));

type ContextMenuProps = { children: ReactNode; actions: MenuAction[] };

/** The same actions as a Menu, at the pointer; its machinery, too, is loaded when it first opens. */
export function ContextMenu({ children, actions }: ContextMenuProps) {
  const [point, setPoint] = useState<{ x: number; y: number } | null>(null);

  function open(event: MouseEvent) {
    event.preventDefault();
    setPoint({ x: event.clientX, y: event.clientY });
  }

  return (
    <>
      <Slot onContextMenu={open}>{children}</Slot>
      {point && actions.length > 0 && (
        <Suspense>
          <OpenedMenu
            key={`${point.x} ${point.y}`}
            anchor={
              <span aria-hidden className="pointer-events-none fixed size-0" style={{ left: point.x, top: point.y }} />
            }
            actions={actions}
            align="start"
            side="bottom"
            isOpen
            onChange={(isOpen) => !isOpen && setPoint(null)}
          />
        </Suspense>
      )}
    </>
  );
}
