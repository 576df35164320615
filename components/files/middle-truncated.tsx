import { cn } from "@/components/ui/cn";

const KEPT = 10;

/** A name on one line; what does not fit is left out before its end, so that the extension can be read. */
export function MiddleTruncated({ name, className }: { name: string; className?: string }) {
  const dot = name.lastIndexOf(".");
  const kept = dot > 0 && name.length - dot <= KEPT ? name.length - dot + 4 : KEPT;
  const [start, end] = name.length > kept * 2 ? [name.slice(0, -kept), name.slice(-kept)] : [name, ""];
  return (
    <span title={name} className={cn("flex min-w-0", className)}>
      <span className="truncate">{start}</span>
      {end && <span className="shrink-0 whitespace-pre">{end}</span>}
    </span>
  );
}
