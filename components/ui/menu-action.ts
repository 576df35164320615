import type { LucideIcon } from "lucide-react";

/** A line of a menu; null is a hairline between groups. */
export type MenuAction = {
  label: string;
  icon?: LucideIcon;
  onSelect: () => void;
  /** As it is shown: `F2`, `Del`. */
  shortcut?: string;
  /** Of several, the one in force. */
  isChosen?: boolean;
  /** Only in the menu: where its actions stand as buttons there is no room for it. */
  isQuiet?: boolean;
  isDanger?: boolean;
  isDisabled?: boolean;
  testId?: string;
} | null;
