import { cn } from "@/components/ui/cn";

const KEPT = 10;

/** A name on one line; what does not fit is left out before its end, so that the extension can be read. */
export function MiddleTruncated({ name, className }: { name: string; className?: string }) {
  const extension = name.length - name.lastIndexOf(".");
  const kept = extension <= KEPT ? extension + 4 : KEPT;
  if (name.length <= 2 * kept) {
    return (
      <span title={name} className={cn("block truncate", className)}>
        {name}
      </span>
    );
  }
  return (
    <span title={name} className={cn("flex min-w-0", className)}>
      <span className="sr-only">{name}</span>
      <span aria-hidden className="overflow-hidden text-ellipsis whitespace-pre">
        {name.slice(0, -kept)}
      </span>
      <span aria-hidden className="shrink-0 whitespace-pre">
        {name.slice(-kept)}
      </span>
    </span>
  );
}
