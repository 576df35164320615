import { Check } from "lucide-react";
import { cn } from "@/components/ui/cn";
import type { MenuAction } from "@/components/ui/menu-action";

/** What stands in a line of a menu: icon, words, shortcut. */
export function MenuItemLabel({ action }: { action: NonNullable<MenuAction> }) {
  const Icon = action.icon;
  return (
    <>
      {Icon && <Icon aria-hidden className={action.isDanger ? "text-danger-text" : "text-faint"} />}
      <span className={cn("flex-1", action.isDanger && "text-danger-text")}>{action.label}</span>
      {action.shortcut && (
        <kbd className="ms-4 font-sans text-faint text-xs pointer-coarse:hidden">{action.shortcut}</kbd>
      )}
      {action.isChosen && (
        <span className="ms-4 text-accent-text">
          <Check aria-hidden />
          <span className="sr-only">chosen</span>
        </span>
      )}
    </>
  );
}
