import { Users } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { tintOf } from "@/components/ui/hue";

/** Several people: beside a name that is written out, where one person has the initials. */
export function GroupBadge({ name, size = "md" }: { name: string; size?: "sm" | "md" }) {
  return (
    <span
      aria-hidden
      style={tintOf(name)}
      className={cn(
        "inline-flex shrink-0 items-center justify-center rounded-full",
        size === "sm" ? "size-7" : "size-9",
      )}
    >
      <Users className={size === "sm" ? "size-4" : "size-5"} />
    </span>
  );
}
