import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** Rows between hairlines, in one frame. */
export function List({ className, ...rest }: ComponentProps<"ul">) {
  return <ul className={cn("divide-y overflow-hidden rounded-md border bg-surface", className)} {...rest} />;
}

type ListRowProps = ComponentProps<"li"> & {
  /** At the end of the row, or below it where that is too narrow: state, buttons. */
  end?: ReactNode;
  /** The button that opens its menu: in the corner, however narrow or tall the row is. */
  menu?: ReactNode;
};

export function ListRow({ end, menu, className, children, ...rest }: ListRowProps) {
  return (
    <li className={cn("flex items-start gap-2 px-4 py-2.5", className)} {...rest}>
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-4 gap-y-1 sm:flex-nowrap">
        <div className="min-w-0 flex-1 basis-48 self-center">{children}</div>
        {end && (
          <div className="flex min-w-0 flex-wrap items-center gap-2 max-sm:self-center sm:min-h-10 sm:shrink-0">
            {end}
          </div>
        )}
      </div>
      {menu && <div className="flex h-10 shrink-0 items-center">{menu}</div>}
    </li>
  );
}
