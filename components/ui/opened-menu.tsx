"use client";

import * as Dropdown from "radix-ui/dropdown-menu";
import { type ReactNode, useRef } from "react";
import { giveFocusTo } from "@/components/ui/focus";
import type { MenuAction } from "@/components/ui/menu-action";
import { MenuItemLabel } from "@/components/ui/menu-item-label";

export type OpenedMenuProps = {
  /** What it hangs from. */
  anchor: ReactNode;
  actions: MenuAction[];
  header?: ReactNode;
  align: "start" | "end";
  side: "top" | "bottom";
  isOpen: boolean;
  onChange: (isOpen: boolean) => void;
};

/** A menu with its machinery, which is loaded when the first one opens. */
export function OpenedMenu({ anchor, actions, header, align, side, isOpen, onChange }: OpenedMenuProps) {
  const chosen = useRef<MenuAction>(null);

  /** Only when the menu is gone and the focus is back does the choice act: what it opens can then take the focus. */
  function act() {
    if (document.activeElement === document.body) giveFocusTo(null);
    chosen.current?.onSelect();
    chosen.current = null;
  }

  return (
    <Dropdown.Root modal={false} open={isOpen} onOpenChange={onChange}>
      <Dropdown.Trigger asChild>{anchor}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          onCloseAutoFocus={() => queueMicrotask(act)}
          // A message that goes gives the focus back to where it was before: that is no reason to close.
          onFocusOutside={(event) => event.preventDefault()}
          className="z-50 max-h-(--radix-popper-available-height) min-w-48 max-w-80 animate-rise overflow-y-auto rounded-md border bg-raised p-1 shadow-pop outline-none"
        >
          {header}
          {actions.map((action, index) =>
            action ? (
              <Dropdown.Item
                key={action.label}
                disabled={action.isDisabled ?? false}
                onSelect={() => {
                  chosen.current = action;
                }}
                className="flex min-h-8 select-none items-center gap-2.5 rounded-sm px-2 py-1.5 outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 max-md:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0"
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
