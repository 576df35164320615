import { cn } from "@/components/ui/cn";

/** A placeholder for what loads; it shows itself only after 200 ms. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cn("block animate-late rounded-sm bg-hover", className)} />;
}

/** Rows of a list that loads. */
export function SkeletonRows({ count = 6, label = "Loading" }: { count?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col">
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className="flex h-12 items-center gap-3 px-3">
          <Skeleton className="size-6" />
          <Skeleton className={row % 2 ? "h-3 w-40" : "h-3 w-56"} />
          <Skeleton className="ms-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
