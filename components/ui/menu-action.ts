import type { LucideIcon } from "lucide-react";

/** A line of a menu; null is a hairline between groups. */
export type MenuAction = {
  label: string;
  icon?: LucideIcon;
  onSelect: () => void;
  /** As it is shown: `F2`, `Del`. */
  shortcut?: string;
  isDanger?: boolean;
  isDisabled?: boolean;
  testId?: string;
} | null;

export const MENU_LOOK =
  "z-50 min-w-48 max-w-80 animate-rise rounded-md border bg-raised p-1 shadow-pop outline-none max-h-(--radix-popper-available-height) overflow-y-auto";

export const MENU_ITEM_LOOK =
  "group flex min-h-8 select-none items-center gap-2.5 rounded-sm px-2 py-1.5 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover max-md:min-h-10 [&_svg]:size-4 [&_svg]:shrink-0";
