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
