import { cn } from "@/components/ui/cn";
import { tintOf } from "@/components/ui/hue";

/** Another cloud: always square, in a colour of its own. */
export function CloudBadge({ provider, className }: { provider: string; className?: string }) {
  return (
    <span className={cn("inline-flex min-w-0 items-center gap-1.5", className)}>
      <CloudSquare provider={provider} />
      <span className="truncate" dir="ltr">
        {provider}
      </span>
    </span>
  );
}

/** The square alone, where its name stands beside it anyway. */
export function CloudSquare({ provider, className }: { provider: string; className?: string }) {
  return (
    <span
      aria-hidden
      style={tintOf(provider)}
      className={cn(
        "inline-flex size-4 shrink-0 select-none items-center justify-center rounded-xs font-semibold text-[0.625rem] uppercase leading-none",
        className,
      )}
    >
      {[...provider][0] ?? ""}
    </span>
  );
}
