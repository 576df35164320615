"use client";

import { PlaceLink } from "@/components/files/place-link";
import { useDropTarget } from "@/components/files/use-drop-target";
import { cn } from "@/components/ui/cn";

type CrumbProps = { name: string; path: string; isCurrent: boolean };

/** One folder on the way; the current one is the heading of the page. Takes what is dropped on it. */
export function Crumb({ name, path, isCurrent }: CrumbProps) {
  const { isOver, handlers } = useDropTarget(isCurrent ? null : path);
  if (isCurrent) {
    return (
      <li className="min-w-0">
        <h1 aria-current="page" title={name} className="truncate px-1 font-semibold text-lg tracking-tight md:text-xl">
          {name}
        </h1>
      </li>
    );
  }
  return (
    <li className="min-w-0 shrink max-md:hidden" {...handlers}>
      <PlaceLink
        path={path}
        className={cn(
          "block max-w-48 truncate rounded-sm px-1 text-lg text-muted hover:bg-hover hover:text-ink md:text-xl",
          isOver && "bg-accent-soft text-accent-text",
        )}
      >
        {name}
      </PlaceLink>
    </li>
  );
}
