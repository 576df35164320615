"use client";

import * as Dropdown from "radix-ui/dropdown-menu";
import type { ReactNode } from "react";
import { MENU_ITEM_LOOK, MENU_LOOK, type MenuAction } from "@/components/ui/menu-action";
import { MenuItemLabel } from "@/components/ui/menu-item-label";

type MenuProps = {
  /** One button, which opens it. */
  trigger: ReactNode;
  actions: MenuAction[];
  /** Above the actions, such as whose menu it is. */
  header?: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
};

export function Menu({ trigger, actions, header, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content align={align} side={side} sideOffset={4} collisionPadding={8} className={MENU_LOOK}>
          {header}
          {actions.map((action, index) =>
            action ? (
              <Dropdown.Item
                key={action.label}
                className={MENU_ITEM_LOOK}
                disabled={action.isDisabled ?? false}
                onSelect={action.onSelect}
              >
                <MenuItemLabel action={action} />
              </Dropdown.Item>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: a hairline has no identity but its place
              <Dropdown.Separator key={`line-${index}`} className="-mx-1 my-1 h-px bg-line" />
            ),
          )}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}
