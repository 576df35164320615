import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** Rows between hairlines, in one frame. */
export function List({ className, ...rest }: ComponentProps<"ul">) {
  return <ul className={cn("divide-y overflow-hidden rounded-md border bg-surface", className)} {...rest} />;
}

type ListRowProps = ComponentProps<"li"> & {
  /** At the end of the row: state, buttons. */
  end?: ReactNode;
};

export function ListRow({ end, className, children, ...rest }: ListRowProps) {
  return (
    <li
      className={cn("flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5 sm:flex-nowrap", className)}
      {...rest}
    >
      <div className="min-w-0 flex-1 basis-48">{children}</div>
      {end && <div className="flex shrink-0 flex-wrap items-center gap-2">{end}</div>}
    </li>
  );
}
