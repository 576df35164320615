import { cn } from "@/components/ui/cn";

type ProgressProps = { value: number; max: number; label: string; tone?: "accent" | "danger"; className?: string };

export function Progress({ value, max, label, tone = "accent", className }: ProgressProps) {
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className={cn("h-1 w-full overflow-hidden rounded-full bg-pressed", className)}
    >
      <div
        className={cn("h-full rounded-full", tone === "danger" ? "bg-danger" : "bg-accent")}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
