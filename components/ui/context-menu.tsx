"use client";

import * as Context from "radix-ui/context-menu";
import type { ReactNode } from "react";
import { MENU_ITEM_LOOK, MENU_LOOK, type MenuAction } from "@/components/ui/menu-action";
import { MenuItemLabel } from "@/components/ui/menu-item-label";

type ContextMenuProps = { children: ReactNode; actions: MenuAction[] };

/** The same actions as a Menu, at the pointer. With none, the browser's own menu opens. */
export function ContextMenu({ children, actions }: ContextMenuProps) {
  return (
    <Context.Root modal={false}>
      <Context.Trigger asChild disabled={actions.length === 0}>
        {children}
      </Context.Trigger>
      <Context.Portal>
        <Context.Content collisionPadding={8} className={MENU_LOOK}>
          {actions.map((action, index) =>
            action ? (
              <Context.Item
                key={action.label}
                className={MENU_ITEM_LOOK}
                disabled={action.isDisabled ?? false}
                onSelect={action.onSelect}
              >
                <MenuItemLabel action={action} />
              </Context.Item>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a hairline has no identity but its place
              <Context.Separator key={`line-${index}`} className="-mx-1 my-1 h-px bg-line" />
            ),
          )}
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  );
}
